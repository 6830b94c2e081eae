#include "im/conv/sent.h"

#include "im/conv/archive.h"
#include "im/conv/sent_sql.h"

int sent_list(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    int64_t above, int64_t below, int64_t limit, int64_t **out, size_t *n_out,
    struct error *err)
{
	const struct sent_page page = { conv_id, user_id, above, below, limit };
	const struct archive_page old_page = { conv_id, user_id, above, below,
		limit };
	struct db_id *rows;
	int64_t *old, last;
	size_t n, n_old;

	/* In this order: what moves to the archive in between is in both. */
	if (sent_sql_list(db, a, &page, &rows, &n, err) < 0 ||
	    archive_sent(db, a, &old_page, &old, &n_old, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, n_old + n, int64_t);
	*n_out = 0;
	for (size_t i = 0; i < n_old; i++)
		(*out)[(*n_out)++] = old[i];
	last = n_old ? old[n_old - 1] : above;
	for (size_t i = 0; i < n && (int64_t)*n_out < limit; i++)
		if (rows[i].id > last)
			(*out)[(*n_out)++] = rows[i].id;
	return 0;
}
