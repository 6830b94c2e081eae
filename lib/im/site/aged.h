/*
 * aged: rows of an installation that nobody needs any more, a few at a time.
 *
 * Each function removes at most `limit` of them and says how many; fewer than
 * the limit: nothing is left.
 */
#ifndef IM_SITE_AGED_H
#define IM_SITE_AGED_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const site_aged_statements[];

/* Answers to Idempotency-Keys that are no longer given (idem.h). */
int site_aged_answers(struct db *db, int64_t limit, int64_t *n_out,
    struct error *err);
/* Audit rows, and those of an app's log, from before that time. */
int site_aged_audit(struct db *db, int64_t before_ms, int64_t limit,
    int64_t *n_out, struct error *err);
int site_aged_app_log(struct db *db, int64_t app_id, int64_t before_ms,
    int64_t limit, int64_t *n_out, struct error *err);
/* The apps above `after`, ascending. */
int site_aged_apps(struct db *db, struct arena *a, int64_t after, int64_t limit,
    struct db_id **out, size_t *n_out, struct error *err);

#endif
