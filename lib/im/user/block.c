#include "im/user/block.h"

#include "base/ids.h"
#include "im/user/block_sql.h"

int block_has(struct db *db, struct arena *a, int64_t user_id,
    int64_t blocked_id, struct error *err)
{
	return block_sql_has(db, a, user_id, blocked_id, err);
}

int block_by(struct db *db, struct arena *a, const int64_t *users, size_t n,
    int64_t blocked_id, int64_t **out, size_t *n_out, struct error *err)
{
	struct db_id *rows;

	*n_out = 0;
	if (n == 0)
		return 0;
	if (block_sql_by(db, a, db_set(a, users, n), blocked_id, &rows, n_out,
		err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, *n_out, int64_t);
	for (size_t i = 0; i < *n_out; i++)
		(*out)[i] = rows[i].id;
	*n_out = ids_sort_distinct(*out, *n_out);
	return 0;
}

int block_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t after_id, int64_t limit, struct block **out, size_t *n_out,
    struct error *err)
{
	return block_sql_list(db, a, user_id, after_id, limit, out, n_out, err);
}

static int check_count(struct db *db, struct arena *a, int64_t user_id,
    struct error *err)
{
	int64_t n;

	if (block_sql_count(db, a, user_id, &n, err) < 0)
		return -1;
	if (n >= BLOCKS_MAX)
		return err_set(err, ERR_CONFLICT,
		    "a user has at most %d blocks", BLOCKS_MAX);
	return 0;
}

int block_set(struct db *db, struct arena *a, const struct block *b, bool on,
    struct error *err)
{
	int there = block_sql_has(db, a, b->user_id, b->blocked_id, err);

	if (there < 0 || there == on)
		return there < 0 ? -1 : 0;
	if (on && check_count(db, a, b->user_id, err) < 0)
		return -1;
	return (on ? block_sql_insert : block_sql_delete)(db, b, err);
}
