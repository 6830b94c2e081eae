#include "im/conv/group_member.h"

#include "im/conv/group_change.h"
#include "im/conv/right.h"

/* ---- role, alias, mute ---- */

struct job {
	const struct group_member *what;
	struct member *out;
};

/* What the actor's role says, whoever the member is. */
static int check_actor(const struct member *actor, const struct group_member *w,
    struct error *err)
{
	if (w->role && right_role(actor, err) < 0)
		return -1;
	if (w->has_muted && right_mute(actor, err) < 0)
		return -1;
	if (w->has_alias && right_alias(actor, w->user_id, err) < 0)
		return -1;
	return 0;
}

static int check_member(const struct member *actor, const struct member *m,
    const struct group_member *w, struct error *err)
{
	if (w->role && m->role == ROLE_OWNER)
		return err_set(err, ERR_CONFLICT,
		    "the owner hands the ownership over first");
	if (w->has_muted && right_outrank(actor, m, err) < 0)
		return -1;
	return 0;
}

/* Changes m; says what is new of it. */
static struct group_news apply(struct member *m, const struct group_member *w)
{
	struct group_news news = { .users = &m->user_id, .n = 1 };

	if (w->has_alias && !str_eq(w->alias, m->alias)) {
		m->alias = w->alias;
		news.alias = w->alias;
		news.has_alias = true;
		news.action = "alias";
	}
	if (w->has_muted && w->muted_until_ms != m->muted_until_ms) {
		m->muted_until_ms = w->muted_until_ms;
		news.muted_until_ms = w->muted_until_ms;
		news.has_muted = true;
		news.action = "muted";
	}
	if (w->role && w->role != m->role) {
		m->role = w->role;
		news.role = w->role;
		news.action = "role";
	}
	return news;
}

static int change_work(struct group_change *g, void *arg, struct error *err)
{
	const struct job *job = arg;
	const struct group_member *w = job->what;
	struct group_news news;

	if (check_actor(&g->actor, w, err) < 0 ||
	    group_change_target(g, w->user_id, job->out, err) < 0 ||
	    check_member(&g->actor, job->out, w, err) < 0)
		return -1;
	news = apply(job->out, w);
	if (!news.action)
		return 0;
	group_change_note(g, &news);
	if (member_put(g->db, job->out, err) < 0)
		return -1;
	return group_change_finish(g, err);
}

int group_member_change(struct db *db, struct arena *a,
    const struct group_actor *by, int64_t conv_id,
    const struct group_member *what, struct member *member_out,
    struct conv *conv_out, struct error *err)
{
	struct job job = { what, member_out };
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.work = change_work,
		.arg = &job,
	};

	return group_change_run(&g, conv_out, err);
}

/* ---- the owner ---- */

static int own_work(struct group_change *g, void *arg, struct error *err)
{
	const int64_t *user_id = arg;
	struct member m;

	if (right_own(&g->actor, err) < 0)
		return -1;
	if (*user_id == g->by->user_id)
		return 0;
	if (group_change_target(g, *user_id, &m, err) < 0)
		return err->code == ERR_NOT_FOUND
			   ? err_field(err, ERR_INVALID_ARGUMENT, "user_id",
				 "the new owner must be a member")
			   : -1;
	group_change_note(g, &(struct group_news){ .action = "owner",
				 .users = user_id,
				 .n = 1 });
	if (member_set_role(g->db, g->conv_id, *user_id, ROLE_OWNER, err) < 0 ||
	    member_set_role(g->db, g->conv_id, g->by->user_id, ROLE_ADMIN,
		err) < 0)
		return -1;
	return group_change_finish(g, err);
}

int group_member_own(struct db *db, struct arena *a,
    const struct group_actor *by, int64_t conv_id, int64_t user_id,
    struct conv *conv_out, struct error *err)
{
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.work = own_work,
		.arg = &user_id,
	};

	return group_change_run(&g, conv_out, err);
}
