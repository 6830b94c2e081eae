/* aged_sql: the statements of im/consumer/aged. */
#ifndef IM_CONSUMER_AGED_SQL_H
#define IM_CONSUMER_AGED_SQL_H

#include "im/consumer/aged.h"

struct consumer_aged_mention {
	int64_t user_id, conv_id, conv_index;
};

int consumer_aged_sql_mentions(struct db *db, struct arena *a, struct str users,
    int64_t limit, struct consumer_aged_mention **out, size_t *n_out,
    struct error *err);
int consumer_aged_sql_drop(struct db *db,
    const struct consumer_aged_mention *rows, size_t n, int64_t *n_out,
    struct error *err);

#endif
