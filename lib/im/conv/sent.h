/* sent: what one user has sent to a conversation. */
#ifndef IM_SENT_H
#define IM_SENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const sent_statements[];

/* The indexes, between two others, of the user's messages that are as they were
 * sent or edited, ascending. */
int sent_list(struct db *db, struct arena *a, int64_t conv_id, int64_t user_id,
    int64_t above, int64_t below, int64_t limit, int64_t **out, size_t *n_out,
    struct error *err);

#endif
