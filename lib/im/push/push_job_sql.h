/* push_job_sql: the statements of im/push/push_job. */
#ifndef IM_PUSH_JOB_SQL_H
#define IM_PUSH_JOB_SQL_H

#include "im/push/push_job.h"

int push_job_sql_raise(struct db *db, const struct push_job *rows, size_t n,
    struct error *err);
int push_job_sql_due(struct db *db, struct arena *a, int64_t part,
    int64_t now_ms, int64_t limit, struct push_job **out, size_t *n_out,
    struct error *err);
int push_job_sql_next_due(struct db *db, int64_t part, int64_t *due_ms_out,
    struct error *err);
/* device_id p NULL: of all. */
int push_job_sql_list(struct db *db, struct arena *a, int64_t user_id,
    struct str device_id, int64_t limit, struct push_job **out, size_t *n_out,
    struct error *err);

/* A change of a row that is as it was read.  Each returns 1, or 0. */
struct push_job_step {
	struct push_job was, next;
};

/* next: state, due_ms, sent_index, attempts, notice_id. */
int push_job_sql_begin(struct db *db, const struct push_job_step *s,
    struct error *err);
/* These two allow that it has moved up since; next: due_ms. */
int push_job_sql_shown(struct db *db, const struct push_job_step *s,
    struct error *err);
int push_job_sql_later(struct db *db, const struct push_job_step *s,
    struct error *err);
/* To what is shown; gone. */
int push_job_sql_rest(struct db *db, const struct push_job_step *s,
    struct error *err);
int push_job_sql_drop(struct db *db, const struct push_job_step *s,
    struct error *err);
/* in: user_id, conv_id, due_ms, shown_index: up to it. */
int push_job_sql_withdraw(struct db *db, const struct push_job *in,
    int64_t *n_out, struct error *err);

/* Shown; only keys and upto_index are filled. */
int push_job_sql_old(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, struct push_job **out, size_t *n_out,
    struct error *err);
int push_job_sql_forget(struct db *db, const struct push_job *rows, size_t n,
    int64_t *n_out, struct error *err);

#endif
