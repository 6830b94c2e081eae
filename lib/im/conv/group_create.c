#include "im/conv/group_create.h"

#include "im/conv/conv_log.h"
#include "im/conv/direct.h"
#include "im/conv/group_create_sql.h"
#include "im/conv/member.h"
#include "im/conv/mode.h"
#include "im/conv/refusal.h"
#include "im/site/node.h"

struct creation {
	struct db *db;
	struct arena *a;
	const struct group_actor *by;
	struct group_create *what;
	int64_t conv_id, msg_id;
};

static bool has_fixed_members(const struct creation *n)
{
	return n->what->conv.kind == CONV_DIRECT ||
	       n->what->conv.kind == CONV_SELF;
}

/* The creator, or the owner of what the app's server creates; 0: none. */
static int64_t first_of(const struct creation *n)
{
	return n->by->user_id ? n->by->user_id : n->what->owner;
}

static size_t count_of(const struct creation *n)
{
	return n->what->n_members + (first_of(n) != 0);
}

static int64_t member_of(const struct creation *n, size_t i)
{
	int64_t first = first_of(n);

	if (!first)
		return n->what->members[i];
	return i == 0 ? first : n->what->members[i - 1];
}

/* The other user of a direct conversation; in the self chat, the creator. */
static int64_t peer_of(const struct creation *n)
{
	return n->what->n_members > 0 ? n->what->members[0] : first_of(n);
}

/* 1 if the requested conversation exists already. */
static int find_existing(struct creation *n, struct error *err)
{
	struct group_create *what = n->what;
	struct str fingerprint;
	int64_t conv_id;
	int found = 0;

	if (what->client_id.p) {
		found = group_create_sql_find(n->db, n->a, n->by->user_id,
		    what->client_id, &conv_id, &fingerprint, err);
		if (found == 1 && !str_eq(fingerprint, what->fingerprint))
			return err_field(err, ERR_CONFLICT, "client_id",
			    "this client_id was used for another request");
	}
	if (found == 0 && has_fixed_members(n))
		found = direct_find(n->db, n->a, first_of(n), peer_of(n),
		    &conv_id, err);
	if (found != 1)
		return found;
	what->existed = true;
	return conv_get(n->db, n->a, conv_id, &what->result, err) < 0 ? -1 : 1;
}

/*
 * The creator owns a group; the two members of a direct conversation have the
 * same role.
 */
static void fill_members(const struct creation *n, struct member *rows,
    size_t n_rows, int64_t joined_index, int64_t joined_ms)
{
	size_t i;

	for (i = 0; i < n_rows; i++)
		rows[i] = (struct member){
			.conv_id = n->conv_id,
			.user_id = member_of(n, i),
			.role = i == 0 && first_of(n) && !has_fixed_members(n)
				    ? ROLE_OWNER
				    : ROLE_MEMBER,
			.joined_index = joined_index,
			.joined_ms = joined_ms,
		};
}

/* Without an entry: listed for the creator at once, for the other user from the
 * first message on. */
static int create_fixed(struct creation *n, struct conv *c, struct member *rows,
    size_t n_rows, struct error *err)
{
	fill_members(n, rows, n_rows, 0, c->created_ms);
	if (direct_insert(n->db, first_of(n), peer_of(n), n->conv_id, err) < 0)
		return -1;
	if (member_enter(n->db, n->a, c, rows, n_rows, err) < 0)
		return -1;
	if (c->kind != CONV_DIRECT)
		return 0;
	return refusal_take(n->db, n->a, n->conv_id, first_of(n), peer_of(n),
	    err);
}

/* One entry, index 1, that adds all members. */
static int create_group(struct creation *n, struct conv *c, struct member *rows,
    size_t n_rows, struct error *err)
{
	int64_t *users = ARENA_ARRAY(n->a, n_rows, int64_t);
	struct log_row row = {
		.e = {
			.msg_id = n->msg_id,
			.sender_id = n->by->user_id,
			.kind = ENTRY_MEMBER,
		},
		.fingerprint = STR_NONE,
	};
	int64_t own_ordinal = 0;

	for (size_t i = 0; i < n_rows; i++)
		users[i] = member_of(n, i);
	row.e.body = n->by->body(n->a,
	    &(struct group_news){ .action = "created",
		.users = users,
		.n = n_rows });
	conv_log_next(c, &row, &own_ordinal, c->created_ms);
	fill_members(n, rows, n_rows, row.e.conv_index, row.e.sent_ms);
	if (member_enter(n->db, n->a, c, rows, n_rows, err) < 0)
		return -1;
	return conv_log_write(n->db, n->a, &row, 1, c, 1, err);
}

static int create_tx(struct db *db, void *arg, struct error *err)
{
	struct creation *n = arg;
	struct group_create *what = n->what;
	struct conv *c = &what->result;
	size_t n_rows = count_of(n);
	struct member *rows = ARENA_ARRAY(n->a, n_rows, struct member);

	*c = what->conv;
	c->conv_id = n->conv_id;
	c->app_id = n->by->app_id;
	c->created_by = first_of(n);
	conv_make_home(c);
	if (n->by->now_ms != 0)
		c->created_ms = n->by->now_ms;
	else if (db_now_ms(db, &c->created_ms, err) < 0)
		return -1;
	c->last_ms = c->created_ms;
	c->member_count = (int64_t)n_rows;
	c->mode = CONV_PUSH;
	c->version = 1;
	if (conv_log_create(db, c, err) < 0 || conv_insert(db, c, err) < 0 ||
	    mode_begin(db, c, err) < 0)
		return -1;
	if (what->client_id.p &&
	    group_create_sql_insert(db, n->by->user_id, what->client_id,
		n->conv_id, what->fingerprint, err) < 0)
		return -1;
	if (has_fixed_members(n))
		return create_fixed(n, c, rows, n_rows, err);
	return create_group(n, c, rows, n_rows, err);
}

/* The lock waits for the session that was lost. */
static int was_done(struct db *db, void *arg, struct error *err)
{
	const struct creation *n = arg;
	struct conv *convs;
	size_t found;

	if (conv_lock(db, n->a, &n->conv_id, 1, &convs, &found, err) < 0)
		return -1;
	return found > 0;
}

int group_create(struct db *db, struct arena *a, const struct group_actor *by,
    struct group_create *what, struct error *err)
{
	struct creation n = { .db = db, .a = a, .by = by, .what = what };
	struct error again;
	int found;

	what->existed = false;
	found = find_existing(&n, err);
	if (found != 0)
		return found < 0 ? -1 : 0;
	if (node_next_id(db, &n.conv_id, err) < 0 ||
	    node_next_id(db, &n.msg_id, err) < 0)
		return -1;
	if (db_tx_sure(db, create_tx, was_done, &n, err) == 0)
		return 0;
	/* Another request was first: a duplicate key. */
	if (err->code != ERR_DUPLICATE)
		return -1;
	found = find_existing(&n, &again);
	if (found < 0)
		*err = again;
	return found == 1 ? 0 : -1;
}
