/* conv_log_sql: the statements of im/conv/conv_log. */
#ifndef IM_CONV_LOG_SQL_H
#define IM_CONV_LOG_SQL_H

#include "im/conv/conv_log.h"

/* A conversation in which a consumer has work. */
struct log_dirty {
	int64_t consumer, part, conv_id, head, since_ms;
};

int conv_log_sql_create(struct db *db, const struct conv *c, struct error *err);
/* Entries and bodies. */
int conv_log_sql_insert(struct db *db, const struct log_row *rows, size_t n,
    struct error *err);
/* The matched rows: those whose home and epoch still are these. */
int conv_log_sql_raise(struct db *db, const struct conv *convs, size_t n,
    struct error *err);
/* Of a row that is there, since_ms stays. */
int conv_log_sql_mark(struct db *db, const struct log_dirty *rows, size_t n,
    struct error *err);

int conv_log_sql_own_ordinal(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t at, int64_t *ordinal_out, struct error *err);

#endif
