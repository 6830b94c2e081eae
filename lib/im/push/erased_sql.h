/* erased_sql: the statements of im/push/erased. */
#ifndef IM_PUSH_ERASED_SQL_H
#define IM_PUSH_ERASED_SQL_H

#include "im/push/erased.h"

int push_erased_sql_drop(struct db *db, int64_t user_id, int64_t *n_out,
    struct error *err);

#endif
