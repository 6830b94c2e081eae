/* report_sql: the statements of im/site/report. */
#ifndef IM_REPORT_SQL_H
#define IM_REPORT_SQL_H

#include "im/site/report.h"

/* Does nothing if the user has reported the message. */
int report_sql_insert(struct db *db, const struct report *r, struct error *err);
/* Of the app, the user and the message of r: 1 found, 0 none. */
int report_sql_find(struct db *db, struct arena *a, const struct report *r,
    int64_t *report_id_out, struct error *err);
int report_sql_list(struct db *db, struct arena *a, int64_t app_id,
    int64_t before_id, int64_t limit, struct report **out, size_t *n_out,
    struct error *err);

#endif
