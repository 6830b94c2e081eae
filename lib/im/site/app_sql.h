/* app_sql: the statements of im/app. */
#ifndef IM_APP_SQL_H
#define IM_APP_SQL_H

#include "im/site/app.h"

int app_sql_insert(struct db *db, const struct app *app, struct error *err);

struct app_key_row {
	struct str key_hash;
	int64_t key_id, app_id;
	struct str name;
	int64_t created_ms;
};
int app_sql_insert_key(struct db *db, const struct app_key_row *row,
    struct error *err);
int app_sql_find_key(struct db *db, struct arena *a, struct str key_hash,
    struct app_key *out, struct error *err);

/* Does nothing if the key exists. */
int app_sql_offer_server_key(struct db *db, struct str name, struct str value,
    struct error *err);
int app_sql_server_key(struct db *db, struct arena *a, struct str name,
    struct str *value_out, struct error *err);

#endif
