/* aged_sql: the statements of im/conv/aged. */
#ifndef IM_CONV_AGED_SQL_H
#define IM_CONV_AGED_SQL_H

#include "im/conv/aged.h"

struct conv_aged_client {
	int64_t user_id;
	struct str client_id;
};

int conv_aged_sql_clients(struct db *db, struct arena *a, struct str users,
    int64_t before_id, int64_t limit, struct conv_aged_client **out,
    size_t *n_out, struct error *err);
int conv_aged_sql_drop_clients(struct db *db,
    const struct conv_aged_client *rows, size_t n, int64_t *n_out,
    struct error *err);

#endif
