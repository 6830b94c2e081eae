#include "im/conv/group_join.h"

#include "im/conv/ban.h"
#include "im/conv/group_change.h"
#include "im/conv/group_invite.h"
#include "im/conv/join_request.h"
#include "im/conv/right.h"
#include "im/site/app_setting.h"

static int no_conversation(struct error *err)
{
	return err_set(err, ERR_NOT_FOUND, "no such conversation");
}

static int check_ban(struct group_change *g, int64_t user_id, struct error *err)
{
	struct ban b;
	int found = ban_find(g->db, g->a, g->conv_id, user_id, g->conv.now_ms,
	    &b, err);

	if (found > 0)
		return err_set(err, ERR_FORBIDDEN, "banned from here");
	return found;
}

/* One new member. */
static int let_in(struct group_change *g, int64_t user_id, const char *action,
    struct error *err)
{
	struct member row = { .conv_id = g->conv_id,
		.user_id = user_id,
		.role = ROLE_MEMBER };
	int64_t max;

	if (app_setting_get(g->db, g->a, g->conv.app_id, APP_MEMBERS_MAX, &max,
		err) < 0)
		return -1;
	if (g->conv.member_count >= max)
		return err_set(err, ERR_CONFLICT, "the conversation is full");
	group_change_note(g, &(struct group_news){ .action = action,
				 .users = &row.user_id,
				 .n = 1 });
	row.joined_index = group_change_index(g);
	row.joined_ms = group_change_ms(g);
	if (member_enter(g->db, g->a, &g->conv, &row, 1, err) < 0 ||
	    join_request_drop(g->db, g->conv_id, &user_id, 1, g->a, err) < 0)
		return -1;
	g->conv.member_count++;
	return group_change_finish(g, err);
}

/* ---- join ---- */

struct joining {
	struct str message; /* of a request */
	struct str code;
	enum group_joined joined;
};

static int ask(struct group_change *g, struct joining *j, int64_t invited_by,
    struct error *err)
{
	const struct join_request rq = {
		.conv_id = g->conv_id,
		.user_id = g->by->user_id,
		.invited_by = invited_by,
		.message = j->message,
		.asked_ms = g->conv.now_ms,
	};

	j->joined = GROUP_ASKED;
	return join_request_put(g->db, &rq, 1, err);
}

static int join_work(struct group_change *g, void *arg, struct error *err)
{
	struct joining *j = arg;

	j->joined = GROUP_JOINED;
	if (g->actor.role)
		return 0;
	if (check_ban(g, g->by->user_id, err) < 0)
		return -1;
	switch (g->conv.join_policy) {
	case JOIN_OPEN:
		return let_in(g, g->by->user_id, "joined", err);
	case JOIN_APPROVAL:
		return ask(g, j, 0, err);
	}
	return no_conversation(err);
}

static int run(struct group_change *g, struct joining *j,
    enum group_joined *joined_out, struct conv *conv_out, struct error *err)
{
	g->any_actor = true;
	g->arg = j;
	if (group_change_run(g, conv_out, err) < 0)
		return -1;
	*joined_out = j->joined;
	return 0;
}

int group_join(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, struct str message, enum group_joined *joined_out,
    struct conv *conv_out, struct error *err)
{
	struct joining j = { .message = message };
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.work = join_work,
	};

	return run(&g, &j, joined_out, conv_out, err);
}

/* ---- decisions ---- */

struct decision {
	int64_t user_id;
	bool approve, exists;
};

static int decide_work(struct group_change *g, void *arg, struct error *err)
{
	const struct decision *d = arg;
	struct join_request rq;
	struct member m;
	int found;

	if (right_decide(&g->conv, &g->actor, err) < 0)
		return -1;
	found = join_request_find(g->db, g->a, g->conv_id, d->user_id, &rq,
	    err);
	if (found < 0)
		return -1;
	if (found == 0 || (d->approve && !d->exists)) {
		if (d->approve &&
		    group_change_target(g, d->user_id, &m, err) == 0)
			return 0;
		return err_set(err, ERR_NOT_FOUND, "no such request");
	}
	if (d->approve)
		return let_in(g, d->user_id, "added", err);
	return join_request_drop(g->db, g->conv_id, &d->user_id, 1, g->a, err);
}

int group_decide(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t user_id, bool approve, bool exists,
    struct conv *conv_out, struct error *err)
{
	struct decision d = { user_id, approve, exists };
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.work = decide_work,
		.arg = &d,
	};

	return group_change_run(&g, conv_out, err);
}

/* ---- with a code ---- */

/* A request that is there already uses the code no more. */
static int ask_with(struct group_change *g, struct joining *j, struct invite *i,
    struct error *err)
{
	struct join_request rq;
	int found = join_request_find(g->db, g->a, g->conv_id, g->by->user_id,
	    &rq, err);

	if (found < 0 || ask(g, j, i->created_by, err) < 0)
		return -1;
	if (found)
		return 0;
	i->uses++;
	return invite_put(g->db, i, err);
}

static int accept_work(struct group_change *g, void *arg, struct error *err)
{
	struct joining *j = arg;
	struct invite i;
	struct member maker;
	int found;

	j->joined = GROUP_JOINED;
	if (g->actor.role)
		return 0;
	found = invite_find(g->db, g->a, j->code, &i, err);
	if (found <= 0)
		return found < 0 ? -1 : no_conversation(err);
	if (check_ban(g, g->by->user_id, err) < 0 ||
	    group_invite_check(g->db, g->a, &g->conv, &i, &maker, err) < 0)
		return -1;
	if (right_asks(&g->conv, &maker))
		return ask_with(g, j, &i, err);
	i.uses++;
	if (invite_put(g->db, &i, err) < 0)
		return -1;
	return let_in(g, g->by->user_id, "joined", err);
}

int group_accept(struct db *db, struct arena *a, const struct group_actor *by,
    struct str code, enum group_joined *joined_out, struct conv *conv_out,
    struct error *err)
{
	struct joining j = { .code = code };
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.work = accept_work,
	};
	struct invite i;
	int found = invite_find(db, a, code, &i, err);

	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such invite");
	g.conv_id = i.conv_id;
	if (run(&g, &j, joined_out, conv_out, err) < 0)
		return err->code == ERR_NOT_FOUND
			   ? err_set(err, ERR_NOT_FOUND, "no such invite")
			   : -1;
	return 0;
}
