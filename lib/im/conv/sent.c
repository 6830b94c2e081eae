#include "im/conv/sent.h"

#include "im/conv/sent_sql.h"

int sent_list(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    int64_t above, int64_t below, int64_t limit, int64_t **out, size_t *n_out,
    struct error *err)
{
	const struct sent_page page = { conv_id, user_id, above, below, limit };
	struct db_id *rows;

	if (sent_sql_list(db, a, &page, &rows, n_out, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, *n_out, int64_t);
	for (size_t i = 0; i < *n_out; i++)
		(*out)[i] = rows[i].id;
	return 0;
}
