#include "im/conv/group.h"

#include "im/conv/conv_log.h"
#include "im/conv/right.h"
#include "im/site/app_setting.h"
#include "im/site/node.h"

const char *const group_outcome_names[] = { "added", "already", "not_found",
	"forbidden", "full" };

/* A change in progress. */
struct group_change {
	struct db *db;
	struct arena *a;
	const struct group_actor *by;
	int64_t conv_id;
	int64_t msg_id; /* of the entry that records it */
	int64_t target; /* removed, or the new owner */
	struct group_add *adds;
	size_t n_adds;

	/* Set in the transaction, again in each run. */
	struct conv conv; /* locked */
	int64_t members_max;
	struct member actor;
	int64_t *users; /* the users that the entry names */
	size_t n_users;
	struct log_row row;
};

static int find_actor(struct group_change *g, struct error *err)
{
	int found;

	if (g->by->user_id == 0) {
		g->actor = (struct member){ .role = ROLE_OWNER + 1 };
		return 0;
	}
	found = member_find(g->db, g->a, g->conv_id, g->by->user_id, &g->actor,
	    err);
	if (found < 0)
		return -1;
	if (found == 0 || !member_is_present(&g->actor))
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	return 0;
}

/* The beginning of every change: locks the log and reads the actor's row. */
static int begin(struct group_change *g, struct error *err)
{
	struct conv *convs;
	size_t n;

	g->row = (struct log_row){ .e.conv_index = 0 };
	if (conv_lock(g->db, g->a, &g->conv_id, 1, &convs, &n, err) < 0)
		return -1;
	if (n == 0 || convs->app_id != g->by->app_id)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	g->conv = convs[0];
	if (find_actor(g, err) < 0)
		return -1;
	if (conv_check_home(&g->conv, err) < 0)
		return -1;
	if (conv_has_fixed_members(&g->conv))
		return err_set(err, ERR_CONFLICT,
		    "this kind of conversation has fixed members");
	return conv_log_own_ordinal(g->db, g->a, g->conv_id, g->by->user_id,
	    INT64_MAX, &g->actor.own_ordinal, err);
}

/* Numbers the entry that records the change. */
static void tell(struct group_change *g, const char *action,
    const int64_t *users, size_t n, int64_t new_owner)
{
	g->row = (struct log_row){
		.e = {
			.msg_id = g->msg_id,
			.sender_id = g->by->user_id,
			.kind = ENTRY_MEMBER,
			.body = g->by->body(g->a, action, users, n,
			    new_owner),
		},
		.fingerprint = STR_NONE,
	};
	conv_log_next(&g->conv, &g->row, &g->actor.own_ordinal, g->by->now_ms);
}

static int finish(struct group_change *g, struct error *err)
{
	if (conv_touch(g->db, g->a, &g->conv, err) < 0)
		return -1;
	return conv_log_write(g->db, g->a, &g->row, 1, &g->conv, 1, err);
}

/* The change is there exactly if its entry is.  Who holds the log's lock sees
 * the end of the session that was lost. */
static int was_done(struct db *db, void *arg, struct error *err)
{
	struct group_change *g = arg;
	const struct entry_ref ref = { g->conv_id, g->row.e.conv_index };
	struct entry there;
	struct conv *convs;
	size_t n;

	if (ref.conv_index == 0)
		return 1; /* nothing had to be changed */
	if (conv_lock(db, g->a, &g->conv_id, 1, &convs, &n, err) < 0 ||
	    entry_load(db, g->a, &ref, 1, &there, err) < 0)
		return -1;
	return there.msg_id == g->msg_id;
}

static int run(struct group_change *g,
    int (*fn)(struct db *, void *, struct error *), struct conv *conv_out,
    struct error *err)
{
	/* Before the transaction: a new id may need a query of its own. */
	if (node_next_id(g->db, &g->msg_id, err) < 0 ||
	    db_tx_sure(g->db, fn, was_done, g, err) < 0)
		return -1;
	*conv_out = g->conv;
	return 0;
}

/* ---- add ---- */

static int present_rows(struct group_change *g, struct member **rows_out,
    size_t *n_out, struct error *err)
{
	int64_t(*pairs)[2] = arena_array(g->a, g->n_adds, sizeof(*pairs));
	size_t i;

	for (i = 0; i < g->n_adds; i++) {
		pairs[i][0] = g->conv_id;
		pairs[i][1] = g->adds[i].user_id;
	}
	return member_load(g->db, g->a, pairs, g->n_adds, rows_out, n_out, err);
}

/* Sets each user's outcome; fills g->users with the new members. */
static void decide(struct group_change *g, struct member *rows, size_t n_rows)
{
	size_t i, j;

	g->n_users = 0;
	for (i = 0; i < g->n_adds; i++) {
		struct group_add *add = &g->adds[i];
		struct member *m = member_pick(rows, n_rows, g->conv_id,
		    add->user_id);

		if (m && member_is_present(m)) {
			add->outcome = GROUP_ALREADY;
			add->member = *m;
			continue;
		}
		for (j = 0; j < g->n_users; j++)
			if (g->users[j] == add->user_id)
				break;
		if (j < g->n_users)
			add->outcome = GROUP_ALREADY;
		else if (!add->exists)
			add->outcome = GROUP_NOT_FOUND;
		else if (add->refuses)
			add->outcome = GROUP_FORBIDDEN;
		else if (g->conv.member_count + (int64_t)g->n_users >=
			 g->members_max)
			add->outcome = GROUP_FULL;
		else {
			add->outcome = GROUP_ADDED;
			g->users[g->n_users++] = add->user_id;
		}
	}
}

static int64_t role_of(const struct group_change *g, int64_t user_id)
{
	for (size_t i = 0; i < g->n_adds; i++)
		if (g->adds[i].user_id == user_id && g->adds[i].role)
			return g->adds[i].role;
	return ROLE_MEMBER;
}

static void fill_new(struct group_change *g, struct member *rows)
{
	size_t i, j;

	for (j = 0; j < g->n_users; j++)
		rows[j] = (struct member){
			.conv_id = g->conv_id,
			.user_id = g->users[j],
			.role = role_of(g, g->users[j]),
			.joined_index = g->row.e.conv_index,
			.joined_ms = g->row.e.sent_ms,
			.read_index = g->row.e.conv_index,
		};
	for (i = 0; i < g->n_adds; i++)
		for (j = 0; j < g->n_users; j++)
			if (g->adds[i].user_id == g->users[j])
				g->adds[i].member = rows[j];
}

static int find_max(struct group_change *g, struct error *err)
{
	g->members_max = GROUP_MEMBERS_HARD;
	if (g->by->user_id == 0)
		return 0;
	return app_setting_get(g->db, g->a, g->conv.app_id, APP_MEMBERS_MAX,
	    &g->members_max, err);
}

/* Who is no member finds a conversation whose last member has left. */
static int check_alive(const struct group_change *g, struct error *err)
{
	if (g->by->user_id == 0 && g->conv.dissolved_ms)
		return err_set(err, ERR_GONE, "the conversation was dissolved");
	return 0;
}

static int add_tx(struct db *db, void *arg, struct error *err)
{
	struct group_change *g = arg;
	struct member *rows;
	size_t n_rows;

	(void)db;
	g->users = ARENA_ARRAY(g->a, g->n_adds, int64_t);
	if (begin(g, err) < 0 || check_alive(g, err) < 0 ||
	    right_invite(&g->conv, &g->actor, err) < 0 ||
	    find_max(g, err) < 0 || present_rows(g, &rows, &n_rows, err) < 0)
		return -1;
	decide(g, rows, n_rows);
	if (g->n_users == 0)
		return 0;
	tell(g, "added", g->users, g->n_users, 0);
	rows = ARENA_ARRAY(g->a, g->n_users, struct member);
	fill_new(g, rows);
	if (member_enter(g->db, g->a, &g->conv, rows, g->n_users, err) < 0)
		return -1;
	g->conv.member_count += (int64_t)g->n_users;
	return finish(g, err);
}

int group_add(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, struct group_add *adds, size_t n, struct conv *conv_out,
    struct error *err)
{
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.adds = adds,
		.n_adds = n,
	};

	return run(&g, add_tx, conv_out, err);
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

static int remove_tx(struct db *db, void *arg, struct error *err)
{
	struct group_change *g = arg;
	struct member target;
	int64_t heir = 0;
	int found;

	(void)db;
	if (begin(g, err) < 0 || right_remove(&g->actor, err) < 0)
		return -1;
	found = member_find(g->db, g->a, g->conv_id, g->target, &target, err);
	if (found < 0)
		return -1;
	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "was never a member");
	if (!member_is_present(&target))
		return 0;
	if (target.role >= g->actor.role)
		return err_set(err, ERR_FORBIDDEN,
		    "an admin removes members, not admins");
	if (target.role == ROLE_OWNER && heir_of(g, g->target, &heir, err) < 0)
		return -1;
	tell(g, "removed", &g->target, 1, heir);
	target.left_index = g->row.e.conv_index;
	if (member_exit(g->db, &target, 1, err) < 0)
		return -1;
	if (heir != 0 &&
	    member_set_role(g->db, g->conv_id, heir, ROLE_OWNER, err) < 0)
		return -1;
	if (--g->conv.member_count == 0)
		g->conv.dissolved_ms = g->row.e.sent_ms;
	return finish(g, err);
}

int group_remove(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t user_id, struct conv *conv_out, struct error *err)
{
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.target = user_id,
	};

	if (user_id == by->user_id)
		return group_leave(db, a, by, conv_id, 0, conv_out, err);
	return run(&g, remove_tx, conv_out, err);
}

/* ---- leave ---- */

/* The next owner when the owner leaves; 0: no member is left. */
static int find_heir(struct group_change *g, int64_t *heir_out,
    struct error *err)
{
	struct member heir;
	int found;

	*heir_out = 0;
	if (g->target != 0) {
		found = member_find(g->db, g->a, g->conv_id, g->target, &heir,
		    err);
		if (found < 0)
			return -1;
		if (found == 0 || !member_is_present(&heir) ||
		    g->target == g->by->user_id)
			return err_field(err, ERR_INVALID_ARGUMENT, "owner",
			    "the new owner must be another member");
	} else {
		return heir_of(g, g->by->user_id, heir_out, err);
	}
	*heir_out = heir.user_id;
	return 0;
}

static int leave_tx(struct db *db, void *arg, struct error *err)
{
	struct group_change *g = arg;
	int64_t heir = 0;

	(void)db;
	if (begin(g, err) < 0)
		return -1;
	if (g->actor.role == ROLE_OWNER) {
		if (find_heir(g, &heir, err) < 0)
			return -1;
	} else if (g->target != 0) {
		return err_field(err, ERR_INVALID_ARGUMENT, "owner",
		    "only the owner can transfer the ownership");
	}
	tell(g, "left", &g->by->user_id, 1, heir);
	g->actor.left_index = g->row.e.conv_index;
	if (member_exit(g->db, &g->actor, 1, err) < 0)
		return -1;
	if (heir != 0 &&
	    member_set_role(g->db, g->conv_id, heir, ROLE_OWNER, err) < 0)
		return -1;
	if (--g->conv.member_count == 0)
		g->conv.dissolved_ms = g->row.e.sent_ms;
	return finish(g, err);
}

int group_leave(struct db *db, struct arena *a, const struct group_actor *by,
    int64_t conv_id, int64_t owner, struct conv *conv_out, struct error *err)
{
	struct group_change g = {
		.db = db,
		.a = a,
		.by = by,
		.conv_id = conv_id,
		.target = owner,
	};

	return run(&g, leave_tx, conv_out, err);
}
