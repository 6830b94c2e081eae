/*
 * verify: the invariants of a store as a table of checks.
 *
 * A check looks at a list of keys (conversations or users) and returns what is
 * wrong.  It runs in a snapshot and compares fan-out with its own cursors, so a
 * busy store can be verified; and what it finds is a finding only if a later
 * snapshot has it, too.  Where the right value can be derived from the log, the
 * check also has a repair, which runs under the lock that the writers take, if
 * the finding is still there behind it.
 *
 * verify_*_sql.c have the checks by theme, verify_check.h what they are written
 * in.  verify_archive.c has those of segments.
 */
#ifndef BATCH_VERIFY_H
#define BATCH_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"
#include "job/job.h"

enum verify_scope {
	VERIFY_CONV, /* a list of conv_id, also of what is left of them */
	VERIFY_USER, /* a list of user_id, the same */
	VERIFY_SCOPES,
};

/* A violation; keys that do not apply are 0. */
struct verify_finding {
	int64_t conv_id, user_id, at; /* at: an index or a msg_id */
	int64_t want, got;
	int64_t part;    /* for repairs */
	struct str what; /* a column, or p NULL */
};

/* The keys that a check is run over. */
struct verify_keys {
	struct str list; /* db_list() */
};

struct verify_check {
	const char *name;
	const char *text;
	enum verify_scope scope;
	/* One of them; look() is for rules that others share. */
	struct db_stmt find;
	int (*look)(struct db *db, struct arena *a, struct str keys,
	    struct verify_finding **out, size_t *n_out, struct error *err);
	/* One of them, or neither: it cannot be derived.  mend() is as
	 * verify_sql_repair(). */
	struct db_stmt repair;
	int (*mend)(struct db *db, struct arena *a,
	    const struct verify_finding *f, int64_t *matched_out,
	    struct error *err);
	enum verify_scope lock; /* whose row a repair locks */
	/* Optional: behind the commit of the repair. */
	int (*after)(struct job *j, const struct verify_finding *f,
	    struct error *err);
	/* The repair loses something: only if the finding is still there behind
	 * the lock. */
	bool is_drastic;
	/* Of facts that no one transaction writes: one may be behind. */
	bool is_late;
};

/* In this order, each terminated by a NULL name. */
#define VERIFY_CHECKS_MAX 96
extern const struct verify_check verify_log_checks[];
extern const struct verify_check verify_conv_checks[];
extern const struct verify_check verify_message_checks[];
extern const struct verify_check verify_chat_checks[];
extern const struct verify_check verify_inbox_checks[];
extern const struct verify_check verify_user_checks[];
extern const struct verify_check verify_orphan_checks[];

/* ---- verify_list.c ---- */

/* The i-th of all checks, or NULL. */
const struct verify_check *verify_list_at(size_t i);
/* Prepares the statements of all of them. */
int verify_list_prepare(struct db *db, struct error *err);

/* ---- verify_look.c ---- */

struct verify_look {
	size_t n[VERIFY_CHECKS_MAX];
	struct verify_finding *found[VERIFY_CHECKS_MAX];
};

/* What is wrong with n keys, in a snapshot, and still is in later ones. */
int verify_look(struct job *j, enum verify_scope scope, const int64_t *keys,
    size_t n, struct verify_look *out, struct error *err);
/* Whether f is still there.  1 or 0. */
int verify_look_again(struct db *db, struct arena *a,
    const struct verify_check *c, const struct verify_finding *f,
    struct error *err);

/* ---- verify_repair.c ---- */

/* A repair that the database refuses is one of this row: *repaired_out is
 * false, and others go on. */
int verify_repair(struct job *j, const struct verify_check *c,
    const struct verify_finding *f, bool *repaired_out, struct error *err);

/* ---- verify_walk.c: the keys of a run ---- */

struct verify_walk {
	/* Which; 0: all. */
	int64_t sample;  /* so many of each scope */
	int64_t percent; /* so many of a hundred */
	int64_t only_conv, only_user;

	enum verify_scope scope;
	int64_t after, taken, first, last;
};

/* VERIFY_CONV, from its beginning. */
int verify_walk_begin(struct verify_walk *w, struct job *j, struct error *err);
/* The next keys; rows_out: how many rows they have, about.  1; 0: the last
 * scope is done.  A scope may have none: n_out is 0 then. */
int verify_walk_next(struct verify_walk *w, struct job *j, int64_t **keys_out,
    size_t *n_out, int64_t *rows_out, struct error *err);
/* How far it is in its scope, by the ids. */
int64_t verify_walk_percent(const struct verify_walk *w);

/* ---- verify_report.c ---- */

struct verify_tally {
	int64_t seen[VERIFY_SCOPES];
	int64_t found, repaired;
};

/* One object of JSON a line in place of text. */
extern bool verify_report_json;

void verify_report_finding(const char *name, const char *text,
    const struct verify_finding *f, bool repaired);
/* The same, counted as something that is wrong and stays so. */
void verify_report_found(struct job *j, struct verify_tally *t,
    const char *name, const char *text, const struct verify_finding *f);
void verify_report_end(const struct verify_tally *t);

/* ---- verify_archive.c ---- */

/* Reports what is wrong in the segments of n conversations. */
int verify_archive(struct job *j, struct verify_tally *t, const int64_t *keys,
    size_t n, struct error *err);

/* ---- verify_sql.c ---- */

extern const struct db_stmt *const verify_statements[];

int verify_sql_run(struct db *db, struct arena *a, const struct verify_check *c,
    struct str keys, struct verify_finding **out, size_t *n_out,
    struct error *err);
/* In a transaction. */
int verify_sql_lock(struct db *db, struct arena *a, enum verify_scope scope,
    const struct verify_finding *f, struct error *err);
/* matched_out 0: it cannot be derived from what is there. */
int verify_sql_repair(struct db *db, const struct verify_check *c,
    const struct verify_finding *f, int64_t *matched_out, struct error *err);

struct verify_key {
	int64_t id;
	int64_t rows; /* of its log or inbox */
};
/* The next keys above `after`, ascending. */
int verify_sql_keys(struct db *db, struct arena *a, enum verify_scope scope,
    int64_t after, int64_t limit, struct verify_key **out, size_t *n_out,
    struct error *err);
/* The largest key; 0 if there is none. */
int verify_sql_last(struct db *db, enum verify_scope scope, int64_t *out,
    struct error *err);

#endif
