/* member_sql: the statements of im/conv/member. */
#ifndef IM_MEMBER_SQL_H
#define IM_MEMBER_SQL_H

#include "im/conv/member.h"

/* A member's row with the conversation that it is in. */
struct member_place {
	struct conv conv;
	struct member member;
};
/* 1 found, 0 none. */
int member_sql_get(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct member_place *out, struct error *err);

/* pairs: db_pairs() of (conv_id, user_id). */
int member_sql_load(struct db *db, struct arena *a, struct str pairs,
    struct member **out, size_t *n_out, struct error *err);
/* The present members of n conversations. */
int member_sql_present(struct db *db, struct arena *a, const int64_t *conv_ids,
    size_t n, struct member **out, size_t *n_out, struct error *err);
/* like: p NULL: any name; ids: the users that come into question, or p NULL. */
int member_sql_list(struct db *db, struct arena *a,
    const struct member_query *q, struct str like, struct str ids,
    struct member **out, size_t *n_out, struct error *err);
int member_sql_ids(struct db *db, struct arena *a, int64_t conv_id,
    struct member **out, size_t *n_out, struct error *err);

/* Of the messages lo..hi, with repetitions; only present members. */
int member_sql_senders(struct db *db, struct arena *a, int64_t conv_id,
    int64_t lo, int64_t hi, struct db_id **out, size_t *n_out,
    struct error *err);

/* The oldest admin, else the oldest member, other than user_id. */
int member_sql_heir(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct member *out, struct error *err);

/* Old intervals of those of the list (user ids) who left before. */
int member_sql_keep_past(struct db *db, int64_t conv_id, struct str users,
    struct error *err);
int member_sql_enter(struct db *db, const struct member *rows, size_t n,
    struct error *err);
int member_sql_exit(struct db *db, const struct member *rows, size_t n,
    struct error *err);
int member_sql_exit_all(struct db *db, int64_t conv_id, int64_t left_index,
    struct error *err);
int member_sql_put(struct db *db, const struct member *m, struct error *err);
int member_sql_set_role(struct db *db, int64_t conv_id, int64_t user_id,
    int64_t role, struct error *err);

#endif
