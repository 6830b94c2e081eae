/* sent_sql: the statements of im/conv/sent. */
#ifndef IM_SENT_SQL_H
#define IM_SENT_SQL_H

#include "im/conv/sent.h"

struct sent_page {
	int64_t conv_id, user_id, above, below, limit;
};

int sent_sql_list(struct db *db, struct arena *a, const struct sent_page *page,
    struct db_id **out, size_t *n_out, struct error *err);

#endif
