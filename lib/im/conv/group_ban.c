#include "im/conv/group_ban.h"

#include "im/conv/group_change.h"
#include "im/conv/join_request.h"
#include "im/conv/right.h"

/* The user's row, if they were ever a member; role 0: they are none now. */
static int find_member(struct group_change *g, int64_t user_id,
    struct member *out, struct error *err)
{
	int found = member_find(g->db, g->a, g->conv_id, user_id, out, err);

	if (found < 0)
		return -1;
	if (found == 0 || !member_is_present(out))
		*out = (struct member){ .conv_id = g->conv_id,
			.user_id = user_id };
	return 0;
}

static bool is_same(const struct ban *was, const struct ban *b)
{
	return was->until_ms == b->until_ms && str_eq(was->reason, b->reason);
}

/* Takes a member out with the entry. */
static int take_out(struct group_change *g, struct member *m, struct error *err)
{
	if (m->role == 0)
		return 0;
	m->left_index = group_change_index(g);
	g->conv.member_count--;
	return member_exit(g->db, m, 1, err);
}

static int ban_work(struct group_change *g, void *arg, struct error *err)
{
	struct ban b = *(const struct ban *)arg, was;
	struct member m;
	int found;

	if (right_ban(&g->actor, err) < 0 ||
	    find_member(g, b.user_id, &m, err) < 0 ||
	    right_outrank(&g->actor, &m, err) < 0)
		return -1;
	found = ban_find(g->db, g->a, g->conv_id, b.user_id, g->conv.now_ms,
	    &was, err);
	if (found < 0)
		return -1;
	if (found && m.role == 0 && is_same(&was, &b))
		return 0;
	group_change_note(g, &(struct group_news){ .action = "banned",
				 .users = &m.user_id,
				 .n = 1 });
	b.conv_id = g->conv_id;
	b.banned_by = g->by->user_id;
	b.banned_ms = group_change_ms(g);
	if (ban_put(g->db, &b, err) < 0 ||
	    join_request_drop(g->db, g->conv_id, &b.user_id, 1, g->a, err) <
		0 ||
	    take_out(g, &m, err) < 0)
		return -1;
	return group_change_finish(g, err);
}

int group_ban(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, const struct ban *b, struct conv *conv_out,
    struct error *err)
{
	struct ban what = *b;
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.work = ban_work,
		.arg = &what,
	};

	return group_change_run(&g, conv_out, err);
}

static int unban_work(struct group_change *g, void *arg, struct error *err)
{
	const int64_t *user_id = arg;
	struct ban was;
	int found;

	if (right_ban(&g->actor, err) < 0)
		return -1;
	found = ban_find(g->db, g->a, g->conv_id, *user_id, g->conv.now_ms,
	    &was, err);
	if (found <= 0)
		return found;
	group_change_note(g, &(struct group_news){ .action = "unbanned",
				 .users = user_id,
				 .n = 1 });
	if (ban_drop(g->db, g->conv_id, *user_id, err) < 0)
		return -1;
	return group_change_finish(g, err);
}

int group_unban(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t user_id, struct conv *conv_out, struct error *err)
{
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.work = unban_work,
		.arg = &user_id,
	};

	return group_change_run(&g, conv_out, err);
}
