/*
 * follow: finds the logs that have grown beyond a consumer's cursors, for
 * consumers that look for work themselves.
 *
 * Sends pay nothing for it: they mark no row and wake nobody.  Work is found
 *  - by the ids of entries, which ascend with time: a look at those above the
 *    newest one known costs one range of an index (entry_msg).  An id may
 *    become visible late, so each is looked at again for FOLLOW_BACK_MS;
 *  - by marks in log_dirty, which a log gets with an entry whose id is older
 *    than CONV_LOG_LATE_MS when it is written: a scheduled message has the id
 *    that it got when it was accepted;
 *  - by comparing all logs with their cursors, FOLLOW_SWEEP at a time, for
 *    ever: that finds every log that has a cursor, whatever died at any moment,
 *    and the other two only find it sooner.
 *
 * Commits of a log are in the order of its indexes, so whoever has seen an
 * entry of it can read all before it.
 *
 * A struct follow belongs to one thread and holds what may be forgotten: the
 * consumer keeps follow_begin_at() where no hint is left, and begins there
 * again.
 */
#ifndef IM_FOLLOW_H
#define IM_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/conv.h"
#include "im/site/consumer.h"
#include "io/db.h"

extern const struct db_stmt *const follow_statements[];

#define FOLLOW_BACK_MS 5000
#define FOLLOW_SWEEP   1000
#define FOLLOW_HINTS   4096

/* A log: its end, as far as it is known. */
struct follow_log {
	int64_t conv_id, head;
};

/* One that has grown. */
struct follow_hint {
	int64_t conv_id, head;
	int64_t first;  /* the lowest index found by its id; 0: none */
	bool is_marked; /* it has a mark */
};

#define FOLLOW_NO_CURSOR (-1)

struct follow_tools {
	struct db *db;
	struct arena *arena;
	enum consumer consumer; /* of the marks */
	bool (*is_ours)(void *arg, int64_t conv_id);
	/*
	 * The cursors of n logs, ascending.  FOLLOW_NO_CURSOR: the consumer
	 * has not met the log yet; it is a hint only if an id was found.
	 */
	int (*cursors)(void *arg, const struct follow_log *logs, size_t n,
	    int64_t *done_out, struct error *err);
	void *arg;
};

struct follow {
	bool began;
	int64_t scan_at;          /* ids up to it have been looked at */
	int64_t newest;           /* the newest id of this round */
	int64_t back[2], back_ms; /* where the looks back began */
	int64_t sweep_after;      /* the log, or 0 */
	int64_t dirty_after[CONV_PARTS];
	/* Found and not done yet. */
	struct follow_hint hints[FOLLOW_HINTS];
	size_t n_hints;
	/* Marks whose logs are done; in the arena of the last look. */
	struct follow_log *done_marks;
	size_t n_done_marks;
};

/* The first id of a millisecond. */
int64_t follow_id_at(int64_t ms);

/* Begins with the ids above scan_at. */
void follow_begin(struct follow *f, int64_t scan_at);
int64_t follow_begin_at(const struct follow *f);

/* Looks for work, once: 1 there are more ids to look at, 0 not. */
int follow_find(struct follow *f, const struct follow_tools *t, int64_t now_ms,
    struct error *err);
/* Removes the marks whose logs are done. */
int follow_clean(struct follow *f, const struct follow_tools *t,
    struct error *err);
/* Removes the mark of a log in which there is nothing for the consumer, which
 * keeps no cursor there. */
int follow_pass(const struct follow_tools *t, const struct follow_hint *h,
    struct error *err);

/* ---- cursors in log_cursor, for those who keep them there ---- */

extern const struct db_stmt *const follow_cursor_statements[];

struct follow_cursor {
	int64_t consumer, conv_id;
	int64_t done_index;
	/* A pass through the members for the entries up to hi_index; those up
	 * to after_user_id are done. */
	int64_t hi_index, after_user_id;
};

/* Those of n logs, ascending; missing ones are left out. */
int follow_cursors(struct db *db, struct arena *a, enum consumer consumer,
    const int64_t *conv_ids, size_t n, struct follow_cursor **out,
    size_t *n_out, struct error *err);
/* In the transaction of the effect.  was->done_index FOLLOW_NO_CURSOR: there is
 * none yet.  MOVED: it is not as it was. */
int follow_move(struct db *db, const struct follow_cursor *was,
    const struct follow_cursor *now, struct error *err);

/* The logs above `after`, with their ends, ascending. */
int follow_logs(struct db *db, struct arena *a, int64_t after,
    struct follow_log **out, size_t *n_out, struct error *err);

#endif
