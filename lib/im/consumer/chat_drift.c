#include "im/consumer/chat_drift.h"

#include "im/consumer/chat_drift_sql.h"

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
