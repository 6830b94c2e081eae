/*
 * forward: messages that carry others.
 *
 * A copy has the type and the content of one message.  A merged forward has the
 * type `forward`, and as content a snapshot of the messages in the order in
 * which they were given.  Both name the messages: their states are looked up
 * when the forward is read, and of one that was recalled or has expired since a
 * snapshot shows no content, also within a forward that was itself forwarded.
 */
#ifndef VIEW_FORWARD_H
#define VIEW_FORWARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "io/db.h"
#include "io/json_writer.h"

/* ---- sending ---- */

#define FORWARD_BYTES_MAX (256 * 1024) /* of a snapshot */

struct forward {
	int64_t app_id, sender_id;
	const int64_t *ids;
	size_t n;
	bool is_merged;   /* else n is 1 */
	struct str title; /* p NULL: none */
};

/*
 * Type and content, as JSON, of the message that carries these.
 * INVALID_ARGUMENT, forward_of.N: the sender may not see it whole, or its
 * content is nested too deeply for a snapshot; TOO_LARGE.
 */
int forward_make(struct db *db, struct arena *a, const struct forward *f,
    int64_t *type_out, struct str *content_out, struct error *err);

/* ---- reading ---- */

struct forward_view {
	struct entry *entry;
	struct entry_origin *origins; /* in the order of the request */
	size_t n_origins;
	int64_t *senders; /* of all messages that it shows; may repeat */
	size_t n_senders;
	struct str body; /* without the origins, as it may be shown now */
};

/* Of those entries that are forwards; at most one query. */
int forward_load(struct db *db, struct arena *a, struct entry *entries,
    size_t n, struct forward_view **out, size_t *n_out, struct error *err);

/* Writes "forward_of":[...] to the open object. */
void forward_put_origins(struct json_writer *w, const struct forward_view *f);

#endif
