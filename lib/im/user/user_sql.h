/* user_sql: the statements of im/user/user. */
#ifndef IM_USER_SQL_H
#define IM_USER_SQL_H

#include "im/user/user.h"

/* ids: db_list().  In no order. */
int user_sql_load(struct db *db, struct arena *a, struct str ids,
    struct user **out, size_t *n_out, struct error *err);
/* 1 found, 0 none.  username: ASCII, as the column. */
int user_sql_by_name(struct db *db, struct arena *a, int64_t app_id,
    struct str username, struct user *out, struct error *err);

int user_sql_page(struct db *db, struct arena *a, int64_t app_id,
    int64_t after_id, int64_t limit, struct user **out, size_t *n_out,
    struct error *err);

/* Reserves the names in the app; CONFLICT with field "username". */
int user_sql_claim(struct db *db, const struct user *users, size_t n,
    struct error *err);

struct user_row {
	struct user u;
	struct str folded; /* of search_folded() */
};
int user_sql_insert(struct db *db, const struct user_row *rows, size_t n,
    struct error *err);
int user_sql_update(struct db *db, const struct user *u, struct str folded,
    struct error *err);

struct user_credential {
	int64_t user_id;
	struct str password_hash;
	int64_t changed_ms;
};
int user_sql_put_credential(struct db *db, const struct user_credential *c,
    struct error *err);
/* Of an account that may log in: 1 found, 0 none. */
int user_sql_password_hash(struct db *db, struct arena *a, int64_t user_id,
    struct str *hash_out, struct error *err);
int user_sql_set_disabled(struct db *db, int64_t user_id, int64_t disabled_ms,
    struct error *err);
/* In a transaction: 1 found, else 0. */
int user_sql_lock(struct db *db, struct arena *a, int64_t user_id,
    struct error *err);

#endif
