/*
 * receipt: who has read or received an entry of a log.
 *
 * It is read from the marks of the present members, so nothing is stored for a
 * message and reader.  Counted are those to whom the entry went and who give
 * read receipts (im/user/privacy.h); not who sent it.
 */
#ifndef IM_RECEIPT_H
#define IM_RECEIPT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "io/db.h"

extern const struct db_stmt *const receipt_statements[];

/* RECEIPT_DELIVERED: read or not. */
enum receipt_state { RECEIPT_READ = 1, RECEIPT_DELIVERED, RECEIPT_UNREAD };
#define RECEIPT_STATES "read|delivered|unread"

struct receipt_query {
	int64_t conv_id, conv_index, sender_id;
	int64_t after_user_id, limit;
};

struct receipt {
	int64_t user_id, read_index;
};

struct receipt_counts {
	int64_t read, delivered;
};

/* Ascending user_id. */
int receipt_list(struct db *db, struct arena *a, enum receipt_state state,
    const struct receipt_query *q, struct receipt **out, size_t *n_out,
    struct error *err);
int receipt_count(struct db *db, struct arena *a, const struct receipt_query *q,
    struct receipt_counts *out, struct error *err);

#endif
