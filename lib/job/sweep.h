/*
 * sweep: a walk over all keys of a table, in rounds.
 *
 * The position is a row, moved in the transaction of what was done up to there,
 * so a round goes on where a dead worker has left it.  Between two rounds lies
 * an interval, by the database's clock.
 */
#ifndef JOB_SWEEP_H
#define JOB_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "io/db.h"

extern const struct db_stmt *const sweep_statements[];

struct sweep {
	struct str name;
	int64_t at_id;    /* done up to there; 0: a round begins */
	int64_t began_ms; /* the round */
	int64_t due_ms;   /* 0: now */
	int64_t rounds;
	int64_t now_ms; /* the database's clock when it was read */
};

/* Makes the row if there is none. */
int sweep_get(struct db *db, struct arena *a, struct str name,
    struct sweep *out, struct error *err);
bool sweep_is_due(const struct sweep *s);
/* In a transaction: up to at_id.  MOVED if somebody else has moved it. */
int sweep_move(struct db *db, struct sweep *s, int64_t at_id,
    struct error *err);
/* In a transaction: ends the round; the next one begins interval_ms after its
 * beginning. */
int sweep_end(struct db *db, struct sweep *s, int64_t interval_ms,
    struct error *err);

#endif
