/* search_sql: the statements of im/user/search. */
#ifndef IM_SEARCH_SQL_H
#define IM_SEARCH_SQL_H

#include "im/user/search.h"

struct search_part {
	int64_t app_id, place;
	struct str part;
	int64_t user_id;
};

int search_sql_clear(struct db *db, int64_t user_id, struct error *err);
int search_sql_put(struct db *db, const struct search_part *parts, size_t n,
    struct error *err);

struct search_page {
	int64_t app_id, place;
	struct str like, after_part;
	int64_t after_user_id;
	int64_t limit;
};
/* In the order of part and user_id. */
int search_sql_find(struct db *db, struct arena *a,
    const struct search_page *page, struct search_part **out, size_t *n_out,
    struct error *err);

#endif
