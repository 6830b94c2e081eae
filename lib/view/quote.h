/*
 * quote: what an entry shows of the message that it replies to.
 *
 * The reply stores nothing of the quoted message.  A quote is made when the
 * reply is read, from the message as it is then, and shows its text only to
 * those who may see the message itself.
 */
#ifndef VIEW_QUOTE_H
#define VIEW_QUOTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "io/db.h"
#include "io/json_writer.h"

struct entry_quote {
	int64_t msg_id, conv_index, sender_id;
	bool is_recalled;
	struct str preview; /* the beginning of the text; p NULL: none */
};

struct shown_for; /* shown.h */

/* Sets e->quote of all entries, NULL if it is no reply. */
int quote_load(struct db *db, struct arena *a, const struct shown_for *to,
    struct entry *entries, size_t n, struct error *err);

/* The quote of a message that is already loaded. */
const struct entry_quote *quote_of(struct arena *a, const struct entry *quoted);

/* Writes "reply_to":{...} to the open object.  floor: the lowest index that the
 * reader may see; below it no preview is shown. */
void quote_put(struct json_writer *w, const struct entry_quote *q,
    int64_t floor);

#endif
