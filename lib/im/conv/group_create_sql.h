/* group_create_sql: which client id made which conversation. */
#ifndef IM_GROUP_CREATE_SQL_H
#define IM_GROUP_CREATE_SQL_H

#include "im/conv/group_create.h"

/* 1 found, with the fingerprint of what was asked; 0 none. */
int group_create_sql_find(struct db *db, struct arena *a, int64_t user_id,
    struct str client_id, int64_t *conv_id_out, struct str *fingerprint_out,
    struct error *err);
int group_create_sql_insert(struct db *db, int64_t user_id,
    struct str client_id, int64_t conv_id, struct str fingerprint,
    struct error *err);

#endif
