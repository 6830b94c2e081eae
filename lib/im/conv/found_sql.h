/* found_sql: the statements of im/conv/found. */
#ifndef IM_FOUND_SQL_H
#define IM_FOUND_SQL_H

#include "im/conv/found.h"

int found_sql_chats(struct db *db, struct arena *a, int64_t user_id,
    int64_t limit, struct found_chat **out, size_t *n_out, struct error *err);
int found_sql_times(struct db *db, struct arena *a, struct str places,
    struct db_id **out, size_t *n_out, struct error *err);

#endif
