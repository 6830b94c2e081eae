#include "im/conv/join_request.h"

#include "im/conv/join_request_sql.h"

int join_request_find(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct join_request *out, struct error *err)
{
	return join_request_sql_find(db, a, conv_id, user_id, out, err);
}

int join_request_list(struct db *db, struct arena *a, int64_t conv_id,
    int64_t after, int64_t limit, struct join_request **out, size_t *n_out,
    struct error *err)
{
	return join_request_sql_list(db, a, conv_id, after, limit, out, n_out,
	    err);
}

int join_request_put(struct db *db, const struct join_request *rows, size_t n,
    struct error *err)
{
	return n ? join_request_sql_put(db, rows, n, err) : 0;
}

int join_request_drop(struct db *db, int64_t conv_id, const int64_t *users,
    size_t n, struct arena *a, struct error *err)
{
	struct join_request *rows = ARENA_ARRAY(a, n, struct join_request);

	for (size_t i = 0; i < n; i++) {
		rows[i].conv_id = conv_id;
		rows[i].user_id = users[i];
	}
	return n ? join_request_sql_drop(db, rows, n, err) : 0;
}

int join_request_erase(struct db *db, int64_t user_id, int64_t limit,
    int64_t *n_out, struct error *err)
{
	return join_request_sql_erase(db, user_id, limit, n_out, err);
}
