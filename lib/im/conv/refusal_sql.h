/* refusal_sql: the statement of im/conv/refusal. */
#ifndef IM_REFUSAL_SQL_H
#define IM_REFUSAL_SQL_H

#include "im/conv/refusal.h"

int refusal_sql_put(struct db *db, int64_t conv_id, int64_t user_id,
    bool refused, struct error *err);

#endif
