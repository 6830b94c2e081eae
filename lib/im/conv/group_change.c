#include "im/conv/group_change.h"

#include "im/conv/mode.h"
#include "im/site/node.h"

/* The app's server is no member, and may do everything. */
static int read_app(struct group_change *g, struct error *err)
{
	g->actor = (struct member){ .conv_id = g->conv_id,
		.role = ROLE_OWNER + 1 };
	if (g->conv.dissolved_ms)
		return err_set(err, ERR_GONE, "the conversation was dissolved");
	return conv_log_own_ordinal(g->db, g->a, g->conv_id, 0, INT64_MAX,
	    &g->actor.own_ordinal, err);
}

static int read_actor(struct group_change *g, struct error *err)
{
	int64_t user_id = g->by->user_id;
	int found;

	if (user_id == 0)
		return read_app(g, err);
	found = member_find(g->db, g->a, g->conv_id, user_id, &g->actor, err);
	if (found < 0)
		return -1;
	if (found == 0)
		g->actor = (struct member){ .conv_id = g->conv_id,
			.user_id = user_id,
			.left_index = -1 };
	if (member_check(&g->conv, &g->actor, err) < 0) {
		if (!g->any_actor || err->code == ERR_GONE)
			return -1;
		err_clear(err);
		g->actor.role = 0;
	}
	return conv_log_own_ordinal(g->db, g->a, g->conv_id, user_id, INT64_MAX,
	    &g->actor.own_ordinal, err);
}

/* The beginning of every change: locks the log and reads the actor's row. */
static int begin(struct group_change *g, struct error *err)
{
	struct conv *convs;
	size_t n;

	g->n_rows = 0;
	if (conv_lock(g->db, g->a, &g->conv_id, 1, &convs, &n, err) < 0)
		return -1;
	if (n == 0 || convs->app_id != g->by->app_id)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	g->conv = convs[0];
	if (read_actor(g, err) < 0 || conv_check_home(&g->conv, err) < 0)
		return -1;
	if (!g->actor.role && g->conv.dissolved_ms)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	if (conv_has_fixed_members(&g->conv))
		return g->actor.role
			   ? err_set(err, ERR_CONFLICT,
				 "this kind of conversation has fixed members")
			   : err_set(err, ERR_NOT_FOUND,
				 "no such conversation");
	return 0;
}

static int transaction(struct db *db, void *arg, struct error *err)
{
	struct group_change *g = arg;

	(void)db;
	if (begin(g, err) < 0)
		return -1;
	return g->work(g, g->arg, err);
}

/* The change is there exactly if its entry is.  Who holds the log's lock sees
 * the end of the session that was lost. */
static int was_done(struct db *db, void *arg, struct error *err)
{
	struct group_change *g = arg;
	const struct entry_ref ref = { g->conv_id, group_change_index(g) };
	struct entry there;
	struct conv *convs;
	size_t n;

	if (conv_lock(db, g->a, &g->conv_id, 1, &convs, &n, err) < 0)
		return -1;
	if (ref.conv_index == 0)
		return 0; /* without an entry: once more does no harm */
	if (entry_load(db, g->a, &ref, 1, &there, err) < 0)
		return -1;
	return there.msg_id == g->msg_ids[g->n_rows - 1];
}

int group_change_run(struct group_change *g, struct conv *conv_out,
    struct error *err)
{
	/* Before the transaction: a new id may need a query of its own. */
	for (size_t i = 0; i < GROUP_ENTRIES_MAX; i++)
		if (node_next_id(g->db, &g->msg_ids[i], err) < 0)
			return -1;
	if (db_tx_sure(g->db, transaction, was_done, g, err) < 0)
		return -1;
	*conv_out = g->conv;
	return 0;
}

void group_change_put(struct group_change *g, enum entry_kind kind,
    struct str body)
{
	struct log_row *row = &g->rows[g->n_rows];

	BUG_ON(g->n_rows == GROUP_ENTRIES_MAX);
	*row = (struct log_row){
		.e = {
			.msg_id = g->msg_ids[g->n_rows],
			.sender_id = g->by->user_id,
			.kind = kind,
			.body = body,
		},
		.fingerprint = STR_NONE,
	};
	g->n_rows++;
	conv_log_next(&g->conv, row, &g->actor.own_ordinal, g->by->now_ms);
}

void group_change_note(struct group_change *g, const struct group_news *news)
{
	group_change_put(g, ENTRY_MEMBER, g->by->body(g->a, news));
}

int64_t group_change_index(const struct group_change *g)
{
	return g->n_rows ? g->rows[g->n_rows - 1].e.conv_index : 0;
}

int64_t group_change_ms(const struct group_change *g)
{
	return g->n_rows ? g->rows[g->n_rows - 1].e.sent_ms : 0;
}

int group_change_finish(struct group_change *g, struct error *err)
{
	int turns = mode_follow(g->db, &g->conv, err);

	if (turns < 0 || conv_touch(g->db, g->a, &g->conv, err) < 0 ||
	    conv_log_write(g->db, g->a, g->rows, g->n_rows, &g->conv, 1, err) <
		0)
		return -1;
	return turns ? mode_mark(g->db, &g->conv, err) : 0;
}

int group_change_target(struct group_change *g, int64_t user_id,
    struct member *out, struct error *err)
{
	int found = member_find(g->db, g->a, g->conv_id, user_id, out, err);

	if (found < 0)
		return -1;
	if (found == 0 || !member_is_present(out))
		return err_set(err, ERR_NOT_FOUND, "not a member");
	return 0;
}
