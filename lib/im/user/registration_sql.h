/* registration_sql: the statements of im/user/registration. */
#ifndef IM_REGISTRATION_SQL_H
#define IM_REGISTRATION_SQL_H

#include "im/user/registration.h"

/* In a transaction: fills r->session_id with the open one of r->user_id on
 * r->device_id, at r->registered_ms, and locks it: 1, or 0. */
int registration_sql_lock_session(struct db *db, struct arena *a,
    struct registration *r, struct error *err);
/* By user_id and device_id: 1, or 0. */
int registration_sql_lock(struct db *db, struct arena *a,
    const struct registration *key, struct registration *out,
    struct error *err);
int registration_sql_find(struct db *db, struct arena *a, int64_t user_id,
    struct str device_id, struct registration *out, struct error *err);
int registration_sql_list(struct db *db, struct arena *a, int64_t user_id,
    struct registration **out, size_t *n_out, struct error *err);
/* users: db_set(). */
int registration_sql_load(struct db *db, struct arena *a, struct str users,
    struct registration **out, size_t *n_out, struct error *err);

/* By user_id and device_id; n_out may be NULL. */
int registration_sql_drop(struct db *db, const struct registration *r,
    int64_t *n_out, struct error *err);
/* By app_id and token_hash. */
int registration_sql_drop_token(struct db *db, const struct registration *r,
    struct error *err);
int registration_sql_insert(struct db *db, const struct registration *r,
    struct error *err);

int registration_sql_end_sessions(struct db *db, const struct session *ended,
    size_t n, struct error *err);
int registration_sql_hand_over(struct db *db, const struct session *s,
    int64_t former_id, struct error *err);
/* Of other users on the device of `s`. */
int registration_sql_end_others(struct db *db, const struct session *s,
    struct error *err);

struct registration_lesson {
	struct registration r;
	int64_t before_ms; /* only if it was registered before */
};
/* 1, or 0: nothing matched. */
int registration_sql_learn(struct db *db, const struct registration_lesson *l,
    struct error *err);

#endif
