#include "im/conv/erase_log.h"

#include "im/conv/archive.h"
#include "im/conv/away.h"
#include "im/conv/conv_log.h"
#include "im/conv/erase_log_sql.h"
#include "im/conv/member.h"
#include "im/conv/remains.h"
#include "im/conv/scheduled.h"
#include "im/conv/sent.h"
#include "im/site/node.h"

int erase_log_ids(struct db *db, int64_t ids[ERASE_LOG_BATCH],
    struct error *err)
{
	for (size_t i = 0; i < ERASE_LOG_BATCH; i++)
		if (node_next_id(db, &ids[i], err) < 0)
			return -1;
	return 0;
}

static int recall_one(struct db *db, struct arena *a, struct erase_log *e,
    struct entry *m, struct error *err)
{
	int64_t matched;
	const struct away away = away_of(m, 0);

	if (away_put(db, &away, 1, err) < 0 || remains_drop(db, m, err) < 0)
		return -1;
	m->state = ENTRY_RECALLED;
	m->recalled_by = e->user_id;
	m->flags &= ~(ENTRY_REACTIONS | ENTRY_FORWARDS);
	m->version++;
	if (erase_log_sql_put(db, m, &matched, err) < 0)
		return -1;
	m->body = STR("");
	return matched ? 0 : archive_put(db, a, m, err);
}

static int read_messages(struct db *db, struct arena *a, struct erase_log *e,
    struct entry **out, struct error *err)
{
	struct entry_ref *refs;

	if (sent_list(db, a, e->conv_id, e->user_id, e->after_index, INT64_MAX,
		ERASE_LOG_BATCH, &e->gone, &e->n, err) < 0)
		return -1;
	refs = ARENA_ARRAY(a, e->n, struct entry_ref);
	*out = ARENA_ARRAY(a, e->n, struct entry);
	for (size_t i = 0; i < e->n; i++)
		refs[i] = (struct entry_ref){ e->conv_id, e->gone[i] };
	return entry_load(db, a, refs, e->n, *out, err);
}

/* The entries of the recalls. */
static int recall_batch(struct db *db, struct arena *a, struct erase_log *e,
    const int64_t *ids, struct error *err)
{
	struct log_row *rows;
	struct entry *messages;
	int64_t own;

	if (read_messages(db, a, e, &messages, err) < 0)
		return -1;
	if (e->n == 0)
		return 0;
	if (conv_log_own_ordinal(db, a, e->conv_id, e->user_id, INT64_MAX, &own,
		err) < 0)
		return -1;
	rows = ARENA_ARRAY(a, e->n, struct log_row);
	for (size_t i = 0; i < e->n; i++) {
		if (recall_one(db, a, e, &messages[i], err) < 0)
			return -1;
		rows[i].e = (struct entry){
			.msg_id = ids[i],
			.sender_id = e->user_id,
			.kind = ENTRY_RECALL,
			.target_index = messages[i].conv_index,
			.body = STR(""),
		};
		conv_log_next(&e->conv, &rows[i], &own, 0);
	}
	e->changed = true;
	e->after_index = e->gone[e->n - 1];
	return conv_log_write(db, a, rows, e->n, &e->conv, 1, err);
}

static int leave(struct db *db, struct arena *a, struct erase_log *e,
    struct error *err)
{
	const struct group_actor by = { e->app_id, e->user_id, e->body, 0 };
	struct member m;
	int found = member_find(db, a, e->conv_id, e->user_id, &m, err);

	if (found <= 0 || !member_is_present(&m))
		return found < 0 ? -1 : 0;
	e->changed = true;
	return group_leave(db, a, &by, e->conv_id, 0, &e->conv, err);
}

static int close_chat(struct db *db, struct arena *a, struct erase_log *e,
    struct error *err)
{
	if (erase_log_sql_close(db, e->conv_id, err) < 0)
		return -1;
	e->changed = true;
	return conv_touch(db, a, &e->conv, err);
}

/* No message is left, and none can come. */
static int finish(struct db *db, struct arena *a, struct erase_log *e,
    struct error *err)
{
	e->done = true;
	if (scheduled_erase(db, e->conv_id, e->user_id, err) < 0)
		return -1;
	if (e->conv.kind == CONV_DIRECT)
		return close_chat(db, a, e, err);
	return e->conv.kind == CONV_SELF ? 0 : leave(db, a, e, err);
}

int erase_log(struct db *db, struct arena *a, struct erase_log *e,
    const int64_t ids[ERASE_LOG_BATCH], struct error *err)
{
	struct error elsewhere;
	struct conv *convs;
	size_t n;

	e->done = e->changed = false;
	e->n = 0;
	if (conv_lock(db, a, &e->conv_id, 1, &convs, &n, err) < 0)
		return -1;
	if (n == 0 || conv_check_home(convs, &elsewhere) < 0) {
		e->done = true;
		return 0;
	}
	e->conv = *convs;
	if (recall_batch(db, a, e, ids, err) < 0)
		return -1;
	return e->n == ERASE_LOG_BATCH ? 0 : finish(db, a, e, err);
}
