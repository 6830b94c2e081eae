/* news_sql: the statements of im/push/news. */
#ifndef IM_NEWS_SQL_H
#define IM_NEWS_SQL_H

#include "im/push/news.h"

struct news_member {
	int64_t user_id, joined_index;
};

/* Present members above after_user_id, ascending. */
int news_sql_members(struct db *db, struct arena *a, int64_t conv_id,
    int64_t after_user_id, int64_t limit, struct news_member **out,
    size_t *n_out, struct error *err);

#endif
