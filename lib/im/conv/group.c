#include "im/conv/group.h"

#include "im/conv/ban.h"
#include "im/conv/group_change.h"
#include "im/conv/join_request.h"
#include "im/conv/right.h"
#include "im/site/app_setting.h"

const char *const group_outcome_names[] = { "added", "already", "requested",
	"not_found", "forbidden", "full" };

/* An addition, a removal or a departure. */
struct change {
	struct group_change g;
	int64_t target; /* removed, or the new owner */
	struct group_add *adds;
	size_t n_adds;
	/* Set in the transaction, again in each run. */
	int64_t members_max;
	bool *banned;   /* of adds */
	int64_t *asked; /* who has a request now */
	size_t n_asked;
	int64_t *users; /* the new members */
	size_t n_users;
};

static struct group_change change_of(struct db *db, struct arena *a,
    const struct group_actor *by, int64_t conv_id)
{
	return (struct group_change){
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
	};
}

/* ---- add ---- */

static int present_rows(struct change *c, struct member **rows_out,
    size_t *n_out, struct error *err)
{
	int64_t(*pairs)[2] = arena_array(c->g.a, c->n_adds, sizeof(*pairs));
	size_t i;

	for (i = 0; i < c->n_adds; i++) {
		pairs[i][0] = c->g.conv_id;
		pairs[i][1] = c->adds[i].user_id;
	}
	return member_load(c->g.db, c->g.a, pairs, c->n_adds, rows_out, n_out,
	    err);
}

/* Sets each user's outcome; fills c->users with the new members. */
static void decide(struct change *c, struct member *rows, size_t n_rows)
{
	size_t i, j;

	c->n_users = c->n_asked = 0;
	for (i = 0; i < c->n_adds; i++) {
		struct group_add *add = &c->adds[i];
		struct member *m = member_pick(rows, n_rows, c->g.conv_id,
		    add->user_id);

		if (m && member_is_present(m)) {
			add->outcome = GROUP_ALREADY;
			add->member = *m;
			continue;
		}
		if (m)
			add->muted_until_ms = m->muted_until_ms;
		for (j = 0; j < c->n_users; j++)
			if (c->users[j] == add->user_id)
				break;
		if (j < c->n_users)
			add->outcome = GROUP_ALREADY;
		else if (!add->exists)
			add->outcome = GROUP_NOT_FOUND;
		else if (c->banned[i] || add->refuses)
			add->outcome = GROUP_FORBIDDEN;
		else if (right_asks(&c->g.conv, &c->g.actor)) {
			add->outcome = GROUP_REQUESTED;
			c->asked[c->n_asked++] = add->user_id;
		} else if (c->g.conv.member_count + (int64_t)c->n_users >=
			   c->members_max)
			add->outcome = GROUP_FULL;
		else {
			add->outcome = GROUP_ADDED;
			c->users[c->n_users++] = add->user_id;
		}
	}
}

static int64_t role_of(const struct change *c, int64_t user_id)
{
	for (size_t i = 0; i < c->n_adds; i++)
		if (c->adds[i].user_id == user_id && c->adds[i].role)
			return c->adds[i].role;
	return ROLE_MEMBER;
}

static void fill_new(struct change *c, struct member *rows)
{
	size_t i, j;

	for (j = 0; j < c->n_users; j++)
		rows[j] = (struct member){
			.conv_id = c->g.conv_id,
			.user_id = c->users[j],
			.role = role_of(c, c->users[j]),
			.joined_index = group_change_index(&c->g),
			.joined_ms = group_change_ms(&c->g),
			.read_index = group_change_index(&c->g),
		};
	for (i = 0; i < c->n_adds; i++)
		for (j = 0; j < c->n_users; j++)
			if (c->adds[i].user_id == c->users[j]) {
				rows[j].muted_until_ms =
				    c->adds[i].muted_until_ms;
				c->adds[i].member = rows[j];
			}
}

static int find_max(struct change *c, struct error *err)
{
	c->members_max = GROUP_MEMBERS_HARD;
	if (c->g.by->user_id == 0)
		return 0;
	return app_setting_get(c->g.db, c->g.a, c->g.conv.app_id,
	    APP_MEMBERS_MAX, &c->members_max, err);
}

static int read_bans(struct change *c, struct error *err)
{
	int64_t *users = ARENA_ARRAY(c->g.a, c->n_adds, int64_t);

	for (size_t i = 0; i < c->n_adds; i++)
		users[i] = c->adds[i].user_id;
	return ban_check(c->g.db, c->g.a, c->g.conv_id, c->g.conv.now_ms, users,
	    c->n_adds, c->banned, err);
}

static int put_requests(struct change *c, struct error *err)
{
	struct join_request *rows = ARENA_ARRAY(c->g.a, c->n_asked,
	    struct join_request);

	for (size_t i = 0; i < c->n_asked; i++)
		rows[i] = (struct join_request){
			.conv_id = c->g.conv_id,
			.user_id = c->asked[i],
			.invited_by = c->g.by->user_id,
			.asked_ms = c->g.conv.now_ms,
		};
	return join_request_put(c->g.db, rows, c->n_asked, err);
}

static int add_work(struct group_change *g, void *arg, struct error *err)
{
	struct change *c = arg;
	struct member *rows;
	size_t n_rows;

	c->users = ARENA_ARRAY(g->a, c->n_adds, int64_t);
	c->asked = ARENA_ARRAY(g->a, c->n_adds, int64_t);
	c->banned = ARENA_ARRAY(g->a, c->n_adds, bool);
	if (right_invite(&g->conv, &g->actor, err) < 0 ||
	    find_max(c, err) < 0 || present_rows(c, &rows, &n_rows, err) < 0 ||
	    read_bans(c, err) < 0)
		return -1;
	decide(c, rows, n_rows);
	if (c->n_users == 0)
		return put_requests(c, err);
	group_change_note(g, &(struct group_news){ .action = "added",
				 .users = c->users,
				 .n = c->n_users });
	rows = ARENA_ARRAY(g->a, c->n_users, struct member);
	fill_new(c, rows);
	if (member_enter(g->db, g->a, &g->conv, rows, c->n_users, err) < 0 ||
	    join_request_drop(g->db, g->conv_id, c->users, c->n_users, g->a,
		err) < 0)
		return -1;
	g->conv.member_count += (int64_t)c->n_users;
	return group_change_finish(g, err);
}

int group_add(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, struct group_add *adds, size_t n, struct conv *conv_out,
    struct error *err)
{
	struct change c = {
		.g = change_of(db, a, by, conv_id),
		.adds = adds,
		.n_adds = n,
	};

	c.g.work = add_work;
	c.g.arg = &c;
	return group_change_run(&c.g, conv_out, err);
}

/* ---- remove ---- */

/* The oldest admin, else the oldest member; 0: nobody is left. */
static int heir_of(struct group_change *g, int64_t user_id, int64_t *heir_out,
    struct error *err)
{
	struct member heir;
	int found = member_heir(g->db, g->a, g->conv_id, user_id, &heir, err);

	*heir_out = found > 0 ? heir.user_id : 0;
	return found < 0 ? -1 : 0;
}

/* The ownership passes on, with an entry of its own. */
static int make_owner(struct group_change *g, int64_t heir, struct error *err)
{
	if (heir == 0)
		return 0;
	group_change_note(g,
	    &(struct group_news){ .action = "owner", .users = &heir, .n = 1 });
	return member_set_role(g->db, g->conv_id, heir, ROLE_OWNER, err);
}

static int remove_work(struct group_change *g, void *arg, struct error *err)
{
	const struct change *c = arg;
	struct member target;
	int64_t heir = 0;
	int found;

	if (right_remove(&g->actor, err) < 0)
		return -1;
	found = member_find(g->db, g->a, g->conv_id, c->target, &target, err);
	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "was never a member");
	if (!member_is_present(&target))
		return 0;
	if (right_outrank(&g->actor, &target, err) < 0)
		return -1;
	/* An owner only by the app's server. */
	if (target.role == ROLE_OWNER &&
	    (heir_of(g, c->target, &heir, err) < 0 ||
		make_owner(g, heir, err) < 0))
		return -1;
	group_change_note(g, &(struct group_news){ .action = "removed",
				 .users = &c->target,
				 .n = 1 });
	target.left_index = group_change_index(g);
	if (member_exit(g->db, &target, 1, err) < 0)
		return -1;
	if (--g->conv.member_count == 0)
		g->conv.dissolved_ms = group_change_ms(g);
	return group_change_finish(g, err);
}

int group_remove(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t user_id, struct conv *conv_out, struct error *err)
{
	struct change c = {
		.g = change_of(db, a, by, conv_id),
		.target = user_id,
	};

	if (user_id == by->user_id)
		return group_leave(db, a, by, conv_id, 0, conv_out, err);
	c.g.work = remove_work;
	c.g.arg = &c;
	return group_change_run(&c.g, conv_out, err);
}

/* ---- leave ---- */

/* The next owner when the owner leaves; 0: no member is left. */
static int find_heir(struct group_change *g, int64_t named, int64_t *heir_out,
    struct error *err)
{
	struct member heir;
	int found;

	*heir_out = named;
	if (named == 0)
		return heir_of(g, g->by->user_id, heir_out, err);
	found = member_find(g->db, g->a, g->conv_id, named, &heir, err);
	if (found < 0)
		return -1;
	if (found == 0 || !member_is_present(&heir) || named == g->by->user_id)
		return err_field(err, ERR_INVALID_ARGUMENT, "owner",
		    "the new owner must be another member");
	return 0;
}

static int hand_over(struct group_change *g, int64_t named, struct error *err)
{
	int64_t heir;

	if (g->actor.role != ROLE_OWNER)
		return named ? err_field(err, ERR_INVALID_ARGUMENT, "owner",
				   "only the owner can transfer the ownership")
			     : 0;
	if (find_heir(g, named, &heir, err) < 0)
		return -1;
	return make_owner(g, heir, err);
}

static int leave_work(struct group_change *g, void *arg, struct error *err)
{
	const struct change *c = arg;

	if (hand_over(g, c->target, err) < 0)
		return -1;
	group_change_note(g, &(struct group_news){ .action = "left",
				 .users = &g->by->user_id,
				 .n = 1 });
	g->actor.left_index = group_change_index(g);
	if (member_exit(g->db, &g->actor, 1, err) < 0)
		return -1;
	if (--g->conv.member_count == 0)
		g->conv.dissolved_ms = group_change_ms(g);
	return group_change_finish(g, err);
}

int group_leave(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t owner, struct conv *conv_out, struct error *err)
{
	struct change c = {
		.g = change_of(db, a, by, conv_id),
		.target = owner,
	};

	c.g.work = leave_work;
	c.g.arg = &c;
	return group_change_run(&c.g, conv_out, err);
}
