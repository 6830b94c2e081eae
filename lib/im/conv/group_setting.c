#include "im/conv/group_setting.h"

#include "im/conv/group_change.h"
#include "im/conv/right.h"

static int check_version(const struct conv *c, int64_t version,
    struct error *err)
{
	if (version == 0 || version == c->version)
		return 0;
	return err_field(err, ERR_PRECONDITION_FAILED, "If-Match",
	    "the conversation has changed since");
}

/* ---- settings ---- */

/* Copies what is new; returns how many these are. */
static size_t take(struct conv *c, const struct group_setting *s, bool *changed)
{
	size_t n = 0;

	for (size_t i = 0; conv_settings[i].name; i++) {
		changed[i] = s->given[i] &&
			     !conv_setting_eq(&conv_settings[i], &s->values, c);
		if (!changed[i])
			continue;
		conv_setting_copy(&conv_settings[i], c, &s->values);
		n++;
	}
	return n;
}

static int set_work(struct group_change *g, void *arg, struct error *err)
{
	const struct group_setting *s = arg;
	bool changed[CONV_SETTINGS_MAX] = { false };

	if (right_set(&g->actor, err) < 0 ||
	    check_version(&g->conv, s->if_version, err) < 0)
		return -1;
	if (take(&g->conv, s, changed) == 0)
		return 0;
	group_change_put(g, ENTRY_SETTINGS, s->body(g->a, &g->conv, changed));
	if (conv_put_settings(g->db, &g->conv, err) < 0)
		return -1;
	return group_change_finish(g, err);
}

int group_set(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, const struct group_setting *s, struct conv *conv_out,
    struct error *err)
{
	struct group_setting what = *s;
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.work = set_work,
		.arg = &what,
	};

	return group_change_run(&g, conv_out, err);
}

/* ---- the end ---- */

static int dissolve_work(struct group_change *g, void *arg, struct error *err)
{
	const int64_t *version = arg;

	if (right_dissolve(&g->actor, err) < 0 ||
	    check_version(&g->conv, *version, err) < 0)
		return -1;
	group_change_note(g, &(struct group_news){ .action = "dissolved" });
	g->conv.dissolved_index = group_change_index(g);
	g->conv.dissolved_ms = group_change_ms(g);
	if (member_exit_all(g->db, g->conv_id, g->conv.dissolved_index, err) <
	    0)
		return -1;
	return group_change_finish(g, err);
}

/* Whoever owned it has done it. */
static int was_dissolved(struct db *db, struct arena *a,
    const struct group_actor *by, int64_t conv_id, struct conv *conv_out)
{
	struct member m;
	struct error err;

	if (conv_get(db, a, conv_id, conv_out, &err) < 0)
		return false;
	return by->user_id == 0 ||
	       (member_find(db, a, conv_id, by->user_id, &m, &err) > 0 &&
		   member_was_there(conv_out, &m) && m.role == ROLE_OWNER);
}

int group_dissolve(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t if_version, struct conv *conv_out,
    struct error *err)
{
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.work = dissolve_work,
		.arg = &if_version,
	};

	if (group_change_run(&g, conv_out, err) == 0)
		return 0;
	if (err->code == ERR_GONE &&
	    was_dissolved(db, a, by, conv_id, conv_out))
		return 0;
	return -1;
}
