/* app_log_sql: the statement of im/site/app_log. */
#ifndef IM_APP_LOG_SQL_H
#define IM_APP_LOG_SQL_H

#include "im/site/app_log.h"

int app_log_sql_insert(struct db *db, const struct app_event *rows, size_t n,
    struct error *err);

#endif
