#include "im/conv/conv_log.h"

#include "base/id.h"
#include "im/conv/conv_log_sql.h"
#include "im/site/consumer.h"

static struct log_dirty dirty_of(const struct conv *c, int64_t since_ms)
{
	return (struct log_dirty){
		.consumer = CONSUMER_FANOUT,
		.part = conv_part(c->conv_id),
		.conv_id = c->conv_id,
		.head = c->last_index,
		.since_ms = since_ms,
	};
}

int conv_log_create(struct db *db, const struct conv *c, struct error *err)
{
	struct log_dirty dirty = dirty_of(c, c->created_ms);

	if (conv_log_sql_create(db, c, err) < 0)
		return -1;
	return conv_log_sql_mark(db, &dirty, 1, err);
}

void conv_log_next(struct conv *c, struct log_row *row, int64_t *own_ordinal,
    int64_t now_ms)
{
	struct entry *e = &row->e;

	if (now_ms == 0)
		now_ms = c->now_ms;
	c->last_index++;
	if (entry_is_countable(e)) {
		c->last_ordinal++;
		++*own_ordinal;
	}
	/* sent_at never decreases with conv_index, even when the database's
	 * clock goes back. */
	if (c->last_ms < now_ms)
		c->last_ms = now_ms;
	if (e->target_index != 0)
		c->changed_index = c->last_index;
	if (entry_bumps(e))
		c->last_bump_ms = c->last_ms;
	e->conv_id = c->conv_id;
	e->conv_index = c->last_index;
	e->ordinal = c->last_ordinal;
	e->own_ordinal = *own_ordinal;
	e->sent_ms = c->last_ms;
	e->version = 1;
}

int conv_log_mark(struct db *db, struct arena *a, const struct log_row *rows,
    size_t n_rows, const struct conv *convs, size_t n, struct error *err)
{
	struct log_dirty *dirty = ARENA_ARRAY(a, n, struct log_dirty);

	for (size_t i = 0; i < n; i++) {
		size_t first = 0;

		while (first < n_rows - 1 &&
		       rows[first].e.conv_id != convs[i].conv_id)
			first++;
		dirty[i] = dirty_of(&convs[i], rows[first].e.sent_ms);
	}
	return conv_log_sql_mark(db, dirty, n, err);
}

/*
 * The search index finds entries by their ids, of which it looks back only some
 * seconds: one that got its id earlier is marked.
 */
static int mark_late(struct db *db, const struct log_row *rows, size_t n_rows,
    struct error *err)
{
	for (size_t i = 0; i < n_rows; i++) {
		const struct entry *e = &rows[i].e;
		const struct log_dirty late = {
			.consumer = CONSUMER_SEARCH,
			.part = conv_part(e->conv_id),
			.conv_id = e->conv_id,
			.head = e->conv_index,
			.since_ms = e->sent_ms,
		};

		if (e->sent_ms - id_time_ms(e->msg_id) > CONV_LOG_LATE_MS &&
		    conv_log_sql_mark(db, &late, 1, err) < 0)
			return -1;
	}
	return 0;
}

int conv_log_put(struct db *db, const struct log_row *rows, size_t n_rows,
    const struct conv *convs, size_t n_convs, struct error *err)
{
	if (conv_log_sql_insert(db, rows, n_rows, err) < 0 ||
	    conv_log_sql_raise(db, convs, n_convs, err) < 0)
		return -1;
	return mark_late(db, rows, n_rows, err);
}

int conv_log_write(struct db *db, struct arena *a, const struct log_row *rows,
    size_t n_rows, const struct conv *convs, size_t n_convs, struct error *err)
{
	if (conv_log_put(db, rows, n_rows, convs, n_convs, err) < 0)
		return -1;
	return conv_log_mark(db, a, rows, n_rows, convs, n_convs, err);
}

int conv_log_own_ordinal(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t at, int64_t *ordinal_out, struct error *err)
{
	return conv_log_sql_own_ordinal(db, a, conv_id, sender_id, at,
	    ordinal_out, err);
}
