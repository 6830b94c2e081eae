/*
 * verify: the invariants of a store as a table of checks.
 *
 * A check is a statement over a list of keys (conversations or users) that
 * returns what is wrong.  It runs in a snapshot and compares fan-out with its
 * own cursors, so a busy store can be verified.  Where the right value can be
 * derived from the log, the check also has a repair statement, which runs under
 * the lock that the writers take.
 */
#ifndef BATCH_VERIFY_H
#define BATCH_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

enum verify_scope {
	VERIFY_CONV, /* a list of conv_id */
	VERIFY_USER, /* a list of user_id */
	VERIFY_BODY, /* a list of conv_id that have bodies */
};

/* A violation; keys that do not apply are 0. */
struct verify_finding {
	int64_t conv_id, user_id, at; /* at: an index or a msg_id */
	int64_t want, got;
	int64_t part; /* for repairs */
};

/* The keys that a check is run over. */
struct verify_keys {
	struct str list; /* db_list() */
};

struct verify_check {
	const char *name;
	const char *text;
	enum verify_scope scope;
	struct db_stmt find;
	struct db_stmt repair;  /* sql NULL: no repair */
	enum verify_scope lock; /* which row it locks */
};

/* Terminated by a NULL name. */
extern const struct verify_check verify_checks[];

int verify_sql_run(struct db *db, struct arena *a, const struct verify_check *c,
    struct str keys, struct verify_finding **out, size_t *n_out,
    struct error *err);
/* In a transaction. */
int verify_sql_lock(struct db *db, struct arena *a, enum verify_scope scope,
    const struct verify_finding *f, struct error *err);
/* matched_out 0: it cannot be derived from what is there. */
int verify_sql_repair(struct db *db, const struct verify_check *c,
    const struct verify_finding *f, int64_t *matched_out, struct error *err);

struct job;
/* What is in the segments of these conversations: prints and counts what is
 * wrong. */
int verify_archive(struct job *j, const int64_t *keys, size_t n,
    struct error *err);

/* The next keys above `after`, ascending. */
int verify_sql_keys(struct db *db, struct arena *a, enum verify_scope scope,
    int64_t after, int64_t limit, int64_t **out, size_t *n_out,
    struct error *err);
/* The largest key; 0 if there is none. */
int verify_sql_last(struct db *db, enum verify_scope scope, int64_t *out,
    struct error *err);

#endif
