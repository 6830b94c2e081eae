/*
 * export: what is known of a person, or the log of a conversation, in a file
 * for whoever has a right to it.
 *
 * A row names its subject: a user (conv_id 0) or a conversation (user_id 0).
 * Of each subject at most one is running, and a new one replaces what has
 * ended.  im-export (batch/export.c) writes the file, page by page; the place
 * to go on at is kept here once the page is on disk, so it can be killed
 * anywhere.  It also removes the file when it is old, or its row is gone.
 *
 * Only im-export touches files: everybody else changes rows, and wakes it.
 */
#ifndef IM_EXPORT_H
#define IM_EXPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

enum export_state {
	EXPORT_RUNNING = 1,
	EXPORT_DONE,
	EXPORT_FAILED,
	EXPORT_GONE, /* to be removed */
};
/* The words of the API, for str_word(). */
#define EXPORT_STATES "running|done|failed"

#define EXPORT_REASON_MAX 255

struct export
{
	int64_t app_id, export_id;
	int64_t user_id, conv_id; /* the subject */
	int64_t state;
	int64_t asked_ms, ended_ms;
	int64_t due_ms;                /* 0: nothing to do */
	int64_t part, at_id, at_index; /* where it goes on */
	int64_t bytes, file_lines;     /* that the file has so far */
	int64_t tries;                 /* that have failed */
	struct str reason;             /* of the last one; p NULL: none */
	struct str name; /* of the file, unguessable; p NULL: removed */
};

extern const struct db_stmt *const export_statements[];
/* Of im-export. */
extern const struct db_stmt *const export_due_statements[];
/* Of export_drop(). */
extern const struct db_stmt *const export_drop_statements[];

/*
 * In a transaction of its own: the running export of a subject, which it
 * begins if there is none.  In: app_id, and user_id or conv_id, of which the
 * caller knows that it exists.  1 begun, 0 it was running.  The caller then
 * wakes im-export.  HOME_UNREACHABLE: the user's home is another region.
 */
int export_begin(struct db *db, struct arena *a, struct export *e,
    struct error *err);

/* The last one of a subject: 1 found, 0 nobody has asked for one. */
int export_find(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t conv_id, struct export *out, struct error *err);

/* Of an app, above after_id, ascending. */
int export_list(struct db *db, struct arena *a, int64_t app_id,
    int64_t after_id, int64_t limit, struct export **out, size_t *n_out,
    struct error *err);

/* In a transaction: all of a person are gone.  How many there were. */
int export_drop(struct db *db, int64_t app_id, int64_t user_id, int64_t *n_out,
    struct error *err);

/* ---- the job ---- */

int export_due(struct db *db, struct arena *a, int64_t limit,
    struct export **out, size_t *n_out, struct error *err);

/*
 * In a transaction that has checked the fence.  1, or 0: it no longer runs,
 * because somebody has dropped it.
 */
/* Keeps part, at_id, at_index, bytes, file_lines, tries, reason; it is due
 * again after wait_ms. */
int export_keep(struct db *db, const struct export *e, int64_t wait_ms,
    struct error *err);
/* DONE, FAILED or GONE, with reason, tries, bytes and file_lines; due after
 * wait_ms, to be removed. */
int export_end(struct db *db, const struct export *e, enum export_state state,
    int64_t wait_ms, struct error *err);

/* The file of an export that has ended is removed: of one that is GONE the row
 * goes, too. */
int export_removed(struct db *db, const struct export *e, struct error *err);

#endif
