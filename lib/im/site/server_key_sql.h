/* server_key_sql: the statements of im/site/server_key. */
#ifndef IM_SERVER_KEY_SQL_H
#define IM_SERVER_KEY_SQL_H

#include "im/site/server_key.h"

/* 1 found, 0 none. */
int server_key_sql_find(struct db *db, struct arena *a, struct str name,
    struct str *value_out, struct error *err);

#endif
