/* place_sql: the statement of im/conv/place. */
#ifndef IM_PLACE_SQL_H
#define IM_PLACE_SQL_H

#include "im/conv/place.h"

/* refs: db_pairs() of (conv_id, conv_index). */
int place_sql_load(struct db *db, struct arena *a, struct str refs,
    int64_t user_id, struct place **out, size_t *n_out, struct error *err);

#endif
