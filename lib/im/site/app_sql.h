/* app_sql: the statements of im/site/app. */
#ifndef IM_APP_SQL_H
#define IM_APP_SQL_H

#include "im/site/app.h"

int app_sql_by_id(struct db *db, struct arena *a, int64_t app_id,
    struct app *out, struct error *err);
int app_sql_by_name(struct db *db, struct arena *a, struct str name,
    struct app *out, struct error *err);
/* Two of those that are not disabled, or fewer. */
int app_sql_first_two(struct db *db, struct arena *a, struct app **out,
    size_t *n_out, struct error *err);
int app_sql_all(struct db *db, struct arena *a, struct app **out, size_t *n_out,
    struct error *err);

/* CONFLICT with field "name" when the name is taken. */
int app_sql_set_logins(struct db *db, int64_t app_id, int64_t policy,
    struct error *err);
int app_sql_insert(struct db *db, const struct app *app, struct error *err);

int app_sql_update(struct db *db, const struct app *app, struct error *err);
/* secret, old_secret_until_ms. */
int app_sql_put_secret(struct db *db, const struct app *app, struct error *err);

#endif
