#include "im/consumer/chat_drift.h"

#include "im/consumer/chat_drift_sql.h"
#include "im/conv/archive.h"

#define BACK 200 /* archived entries looked through at a time */

static const struct {
	const char *name;
	size_t offset;
} columns[] = {
#define COLUMN(name)                                     \
	{                                                \
#name, offsetof(struct chat_facts, name) \
	}
	COLUMN(listed),
	COLUMN(mode),
	COLUMN(last_index),
	COLUMN(last_message_index),
	COLUMN(last_ms),
	COLUMN(last_ordinal),
	COLUMN(own_ordinal),
	COLUMN(base_index),
	COLUMN(base_ordinal),
	COLUMN(base_own),
#undef COLUMN
};
#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))
_Static_assert(N_COLUMNS * sizeof(int64_t) == sizeof(struct chat_facts),
    "each column has a name");

int chat_drift_of_convs(struct db *db, struct arena *a, struct str convs,
    struct chat_drift **out, size_t *n_out, struct error *err)
{
	return chat_drift_sql_of_convs(db, a, convs, out, n_out, err);
}

int chat_drift_of_members(struct db *db, struct arena *a,
    const int64_t (*members)[2], size_t n, struct chat_drift **out,
    size_t *n_out, struct error *err)
{
	return chat_drift_sql_of_members(db, a, db_pairs(a, members, n), out,
	    n_out, err);
}

static int64_t value_of(const struct chat_facts *f, size_t column)
{
	return *(const int64_t *)((const char *)f + columns[column].offset);
}

struct drift chat_drift_first(const struct chat_drift *d)
{
	struct drift first = { .conv_id = d->conv_id,
		.user_id = d->user_id,
		.at = d->want.last_index,
		.want = 1,
		.got = d->exists,
		.what = STR("row") };

	for (size_t i = 0; i < N_COLUMNS && d->exists; i++) {
		first.want = value_of(&d->want, i);
		first.got = value_of(&d->have, i);
		first.what = str_of(columns[i].name);
		if (first.want != first.got)
			break;
	}
	return first;
}

/* ---- what only the archive knows ---- */

static bool is_within(int64_t conv_index, const struct chat_drift *d)
{
	return conv_index > 0 && conv_index < d->archived_index;
}

static int count_at(struct db *db, struct arena *a, const struct chat_drift *d,
    int64_t conv_index, int64_t *ordinal, int64_t *own, struct error *err)
{
	struct archive_counts c;
	int found;

	if (!is_within(conv_index, d))
		return 0;
	found = archive_counts(db, a, d->conv_id, conv_index, d->user_id, &c,
	    err);
	if (found <= 0)
		return found;
	*ordinal = c.ordinal;
	*own = c.own;
	return 0;
}

/* Of a row that is made again, and has no message in the rows of the log. */
static int find_newest(struct db *db, struct arena *a, struct chat_drift *d,
    struct error *err)
{
	int64_t hi = d->want.last_index < d->archived_index ? d->want.last_index
							    : d->archived_index;
	int64_t *message = &d->want.last_message_index;
	int64_t *ms = &d->want.last_ms, first_ms = 0;
	struct entry *list;
	size_t n;

	while (hi >= d->low && (!*message || !*ms)) {
		int64_t lo = hi - d->low < BACK ? d->low : hi - BACK + 1;

		if (archive_range(db, a, d->conv_id, lo, hi, &list, &n, err))
			return -1;
		for (size_t i = n; i-- > 0;) {
			if (!*message && list[i].kind == ENTRY_MESSAGE)
				*message = list[i].conv_index;
			if (!*ms && entry_bumps(&list[i]))
				*ms = list[i].sent_ms;
			first_ms = list[i].sent_ms;
		}
		hi = lo - 1;
	}
	if (!*ms)
		*ms = first_ms;
	return 0;
}

static int read_archive(struct db *db, struct arena *a, struct chat_drift *d,
    struct error *err)
{
	struct chat_facts *want = &d->want;

	if (count_at(db, a, d, want->last_index, &want->last_ordinal,
		&want->own_ordinal, err) < 0 ||
	    count_at(db, a, d, want->base_index, &want->base_ordinal,
		&want->base_own, err) < 0)
		return -1;
	return d->exists ? 0 : find_newest(db, a, d, err);
}

int chat_drift_mend(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct chat_drift *was_out, struct error *err)
{
	const int64_t pair[1][2] = { { conv_id, user_id } };
	struct chat_drift *rows;
	size_t n;

	if (chat_drift_of_members(db, a, pair, 1, &rows, &n, err) < 0)
		return -1;
	if (n == 0)
		return 0;
	if (read_archive(db, a, &rows[0], err) < 0)
		return -1;
	*was_out = rows[0];
	return chat_drift_sql_put(db, &rows[0], err) < 0 ? -1 : 1;
}

int chat_drift_page(struct db *db, struct arena *a,
    const struct chat_drift_place *after, int64_t limit,
    struct chat_drift_place **out, size_t *n_out, struct error *err)
{
	return chat_drift_sql_page(db, a, after, limit, out, n_out, err);
}

int chat_drift_user_page(struct db *db, struct arena *a,
    const struct chat_drift_place *after, int64_t limit,
    struct chat_drift_place **out, size_t *n_out, struct error *err)
{
	return chat_drift_sql_user_page(db, a, after, limit, out, n_out, err);
}
