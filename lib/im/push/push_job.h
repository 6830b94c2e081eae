/*
 * push_job: what a device is to be told of a conversation.
 *
 * There is one row for both, which moves up to the newest entry.  What follows
 * the log raises it (push_job_raise()) in the transaction of its cursor.  What
 * delivers it takes those that are due, says before each request that it is
 * sending, under which notice, and settles it after the answer.  A row that is
 * found as sending when it is due has an unknown outcome: it is sent again with
 * the same notice_id.
 *
 * Each function that changes a row requires state, upto_index and notice_id to
 * be as they were read, or says that it has moved; so a row that was raised
 * meanwhile is not lost.
 *
 * Conversation 0 is a test of the device, its indexes are times.
 */
#ifndef IM_PUSH_JOB_H
#define IM_PUSH_JOB_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

#define PUSH_PARTS     4 /* part of a user: user_id mod PUSH_PARTS */
#define PUSH_TEST_CONV 0

enum push_job_state {
	PUSH_JOB_WAITING = 1,
	PUSH_JOB_SENDING,  /* due: when its outcome is unknown */
	PUSH_JOB_SHOWN,    /* nothing is due */
	PUSH_JOB_WITHDRAW, /* what is shown is to be taken away */
};

struct push_job {
	int64_t user_id;
	struct str device_id;
	int64_t conv_id, app_id;
	int64_t part, state; /* enum push_job_state */
	int64_t due_ms;      /* 0: nothing is due */
	int64_t first_index, upto_index;
	int64_t mention_index; /* 0: none */
	int64_t sent_index;    /* while sending: the upto_index of the notice */
	int64_t shown_index;   /* 0: nothing is shown */
	int64_t attempts;
	int64_t notice_id; /* 0: none */
	int64_t since_ms;
};

/* Of who files tests; of who reads those of one user; of im-push; of
 * im-expire. */
extern const struct db_stmt *const push_job_test_statements[];
extern const struct db_stmt *const push_job_list_statements[];
extern const struct db_stmt *const push_job_statements[];
extern const struct db_stmt *const push_job_aged_statements[];

/* In a transaction: files a test, due at once. */
int push_job_test(struct db *db, int64_t user_id, struct str device_id,
    int64_t app_id, struct error *err);

/*
 * In a transaction: n jobs (user_id, device_id, conv_id, app_id, due_ms,
 * first_index, upto_index, mention_index, since_ms) in ascending order of the
 * key.  One that is waiting or being sent keeps its due_ms and since_ms; one
 * that is shown or to be withdrawn waits again.  Entries at or below upto_index
 * change nothing.
 */
int push_job_raise(struct db *db, struct arena *a, const struct push_job *jobs,
    size_t n, struct error *err);
/* Those due at now_ms, the freshest first. */
int push_job_due(struct db *db, struct arena *a, int64_t part, int64_t now_ms,
    int64_t limit, struct push_job **out, size_t *n_out, struct error *err);
/* When the next one is due; 0: none. */
int push_job_next_due(struct db *db, int64_t part, int64_t *due_ms_out,
    struct error *err);
/* Of a device, or of a user with device_id p NULL, in the order of the key. */
int push_job_list(struct db *db, struct arena *a, int64_t user_id,
    struct str device_id, int64_t limit, struct push_job **out, size_t *n_out,
    struct error *err);

/*
 * Begins to send was->upto_index as j->notice_id, which is looked at again at
 * j->due_ms; `was` is as it was read, j is filled.  sent_index 0 says that it
 * withdraws what is shown: of one that is to be withdrawn, and of its repeat.
 * 1, or 0: it has moved.
 */
int push_job_begin(struct db *db, const struct push_job *was,
    struct push_job *j, struct error *err);
/* After j was sent: accepted, so sent_index is shown; a job that has moved up
 * since waits again, due at due_ms.  1, or 0: it has moved. */
int push_job_shown(struct db *db, const struct push_job *j, int64_t due_ms,
    struct error *err);
/* It waits until due_ms, with the notice_id it has.  1, or 0. */
int push_job_later(struct db *db, const struct push_job *j, int64_t due_ms,
    struct error *err);
/* There is nothing to tell: gone if nothing is shown, else shown as before; a
 * job that has moved up since it was read or sent stays.  1, or 0: it has
 * moved. */
int push_job_drop(struct db *db, const struct push_job *j, struct error *err);
/* It was withdrawn, was a test, or its device is gone: the same, but gone in
 * any case. */
int push_job_gone(struct db *db, const struct push_job *j, struct error *err);
/* Up to upto_index is read, recalled or left: what only waits is dropped by
 * push_job_drop(); here what is shown becomes due to be withdrawn.  n_out: of
 * how many devices. */
int push_job_withdraw(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t upto_index, int64_t due_ms, int64_t *n_out, struct error *err);

/* For im-expire: removes at most limit of those shown since before that time;
 * users: db_set(). */
int push_job_age(struct db *db, struct arena *a, struct str users,
    int64_t before_ms, int64_t limit, int64_t *n_out, struct error *err);

#endif
