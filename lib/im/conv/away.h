/*
 * away: messages that do not count as unread or as a mention, from a time on,
 * while the ordinals of the log stay: user/unread.h subtracts them.
 */
#ifndef IM_AWAY_H
#define IM_AWAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "im/conv/entry.h"
#include "io/db.h"

extern const struct db_stmt *const away_statements[];

struct away {
	int64_t conv_id, conv_index, sender_id;
	int64_t countable; /* it is in the ordinals */
	int64_t from_ms;
};

struct away away_of(const struct entry *e, int64_t from_ms);

/* Of two times the earlier one stays. */
int away_put(struct db *db, const struct away *rows, size_t n,
    struct error *err);

#endif
