/* erase_log_sql: the statements of im/conv/erase_log. */
#ifndef IM_ERASE_LOG_SQL_H
#define IM_ERASE_LOG_SQL_H

#include "im/conv/entry.h"
#include "im/conv/erase_log.h"

/* Entry and body, without content. */
/* matched_out 0: it is archived. */
int erase_log_sql_put(struct db *db, const struct entry *e,
    int64_t *matched_out, struct error *err);
/* A direct chat takes nothing more. */
int erase_log_sql_close(struct db *db, int64_t conv_id, struct error *err);

#endif
