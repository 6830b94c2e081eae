/* message_pin_sql: the statements of im/conv/message_pin. */
#ifndef IM_MESSAGE_PIN_SQL_H
#define IM_MESSAGE_PIN_SQL_H

#include "im/conv/message_pin.h"

/* 1 it is pinned, 0 it is not. */
int message_pin_sql_has(struct db *db, struct arena *a, const struct pin *p,
    struct error *err);
int message_pin_sql_put(struct db *db, const struct pin *p, struct error *err);
int message_pin_sql_drop(struct db *db, const struct pin *p, struct error *err);
int message_pin_sql_list(struct db *db, struct arena *a, int64_t conv_id,
    int64_t floor, int64_t before, int64_t limit, struct pin **out,
    size_t *n_out, struct error *err);

#endif
