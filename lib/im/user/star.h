/*
 * star: messages that a user has marked for themselves.
 *
 * A star is the user's alone.  It is written under their user_seq row, together
 * with its event.  It does not hold on to the message: who lists stars leaves
 * out those whose message the user may no longer see.
 */
#ifndef IM_STAR_H
#define IM_STAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/user/inbox.h"
#include "io/db.h"

extern const struct db_stmt *const star_statements[];
/* For those who only list. */
extern const struct db_stmt *const star_list_statements[];

struct star {
	int64_t user_id, msg_id;
	int64_t conv_id, conv_index;
	int64_t starred_ms; /* set by star_put() */
};

/*
 * Puts or takes away a star, in a transaction of its own.  One that is so
 * already stays as it is: event_out->user_index is then 0.
 */
int star_put(struct db *db, struct arena *a, struct star *s, bool on,
    struct inbox_row *event_out, struct error *err);

/* A position among a user's stars: the last one of the page before. */
struct star_place {
	int64_t starred_ms, msg_id;
};
/* At most limit, newest star first. */
int star_list(struct db *db, struct arena *a, int64_t user_id,
    const struct star_place *after, int64_t limit, struct star **out,
    size_t *n_out, struct error *err);

#endif
