/* migrate_grants_sql: the statements of migrate_grants. */
#ifndef TOOLS_MIGRATE_GRANTS_SQL_H
#define TOOLS_MIGRATE_GRANTS_SQL_H

#include "migrate_grants.h"

/* A right of an account: on the server (table and schema empty), on a database
 * or on a table. */
struct held_right {
	struct str schema, table, right;
};

/* Names of the tables of the database. */
int grants_sql_tables(struct db *db, struct arena *a, struct db_text **out,
    size_t *n_out, struct error *err);
int grants_sql_held(struct db *db, struct arena *a, struct str grantee,
    struct held_right **out, size_t *n_out, struct error *err);

/* Texts of statements, for db_run(). */
const char *grants_sql_create(struct arena *a, const char *user,
    const char *host);
const char *grants_sql_password(struct arena *a, const char *user,
    const char *host, const char *password);
const char *grants_sql_give(struct arena *a, const char *rights,
    const char *table, const char *user, const char *host);
const char *grants_sql_give_all(struct arena *a, const char *user,
    const char *host);
const char *grants_sql_take(struct arena *a, const struct held_right *held,
    const char *user, const char *host);

#endif
