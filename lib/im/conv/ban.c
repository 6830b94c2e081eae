#include "im/conv/ban.h"

#include "im/conv/ban_sql.h"

int ban_find(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    int64_t now_ms, struct ban *out, struct error *err)
{
	struct ban *rows;
	size_t n;

	if (ban_sql_load(db, a, conv_id, db_list(a, &user_id, 1), now_ms, &rows,
		&n, err) < 0)
		return -1;
	if (n)
		*out = rows[0];
	return n > 0;
}

int ban_check(struct db *db, struct arena *a, int64_t conv_id, int64_t now_ms,
    const int64_t *users, size_t n, bool *banned_out, struct error *err)
{
	struct ban *rows;
	size_t n_rows;

	if (ban_sql_load(db, a, conv_id, db_list(a, users, n), now_ms, &rows,
		&n_rows, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		banned_out[i] = false;
		for (size_t k = 0; k < n_rows && !banned_out[i]; k++)
			banned_out[i] = rows[k].user_id == users[i];
	}
	return 0;
}

int ban_list(struct db *db, struct arena *a, int64_t conv_id, int64_t now_ms,
    int64_t after, int64_t limit, struct ban **out, size_t *n_out,
    struct error *err)
{
	return ban_sql_list(db, a, conv_id, now_ms, after, limit, out, n_out,
	    err);
}

int ban_put(struct db *db, const struct ban *b, struct error *err)
{
	if (ban_sql_drop_ended(db, b->conv_id, b->banned_ms, err) < 0)
		return -1;
	return ban_sql_put(db, b, err);
}

int ban_drop(struct db *db, int64_t conv_id, int64_t user_id, struct error *err)
{
	return ban_sql_drop(db, conv_id, user_id, err);
}
