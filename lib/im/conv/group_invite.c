#include "im/conv/group_invite.h"

#include "im/conv/group_change.h"
#include "im/conv/right.h"

/* ---- making one ---- */

static int invite_work(struct group_change *g, void *arg, struct error *err)
{
	struct invite *i = arg;
	int64_t n;

	if (right_invite(&g->conv, &g->actor, err) < 0 ||
	    invite_count(g->db, g->a, g->conv_id, g->conv.now_ms, &n, err) < 0)
		return -1;
	if (n >= GROUP_INVITES_MAX)
		return err_set(err, ERR_CONFLICT,
		    "there are %d invites already", GROUP_INVITES_MAX);
	/* The same in each run: it is written once. */
	if (!i->invite_id) {
		i->invite_id = g->msg_ids[0];
		i->conv_id = g->conv_id;
		i->created_by = g->by->user_id;
		i->created_ms = g->conv.now_ms;
		if (i->expires_ms)
			i->expires_ms += g->conv.now_ms;
	}
	return invite_insert(g->db, i, err);
}

int group_invite(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, struct invite *out, struct conv *conv_out,
    struct error *err)
{
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.work = invite_work,
		.arg = out,
	};

	out->code = invite_code(a);
	return group_change_run(&g, conv_out, err);
}

/* ---- deleting one ---- */

static int end_work(struct group_change *g, void *arg, struct error *err)
{
	const struct str *code = arg;
	struct invite i;
	int found = invite_find(g->db, g->a, *code, &i, err);

	if (found < 0)
		return -1;
	if (found == 0 || i.conv_id != g->conv_id)
		return err_set(err, ERR_NOT_FOUND, "no such invite");
	if (right_end_invite(&g->actor, i.created_by, err) < 0)
		return -1;
	if (i.ended_ms)
		return 0;
	i.ended_ms = g->conv.now_ms;
	return invite_put(g->db, &i, err);
}

int group_invite_end(struct db *db, struct arena *a,
    const struct group_actor *by, int64_t conv_id, struct str code,
    struct conv *conv_out, struct error *err)
{
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.work = end_work,
		.arg = &code,
	};

	return group_change_run(&g, conv_out, err);
}

/* ---- using one ---- */

int group_invite_check(struct db *db, struct arena *a, const struct conv *c,
    const struct invite *i, struct member *maker_out, struct error *err)
{
	int found;

	if (!invite_is_open(i, c->now_ms))
		return err_set(err, ERR_GONE,
		    "the invite has ended or is used up");
	found = member_find(db, a, c->conv_id, i->created_by, maker_out, err);
	if (found < 0)
		return -1;
	if (found == 0 || !member_is_present(maker_out) ||
	    right_invite(c, maker_out, err) < 0)
		return err_set(err, ERR_GONE,
		    "whoever made the invite may not invite now");
	return 0;
}

int group_invite_show(struct db *db, struct arena *a, int64_t app_id,
    struct str code, struct invite *out, struct conv *conv_out,
    struct error *err)
{
	struct member maker;
	int found = invite_find(db, a, code, out, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such invite");
	if (conv_get(db, a, out->conv_id, conv_out, err) < 0)
		return -1;
	if (conv_out->app_id != app_id || conv_out->dissolved_ms)
		return err_set(err, ERR_NOT_FOUND, "no such invite");
	return group_invite_check(db, a, conv_out, out, &maker, err);
}
