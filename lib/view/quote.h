/*
 * quote: what an entry shows of the message that it answers.
 *
 * Nothing of the quoted message is kept with the answer.  A quote is made
 * when the answer is read, from the message as it then stands, and shows its
 * text only to those who may see the message itself.
 */
#ifndef VIEW_QUOTE_H
#define VIEW_QUOTE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "im/conv/entry.h"
#include "io/db.h"
#include "io/json.h"

struct entry_quote {
	int64_t msg_id, conv_index, sender_id;
	bool is_recalled;
	struct str preview; /* how the text begins; p NULL: none */
};

/* Sets e->quote of those entries that answer one; one query, and none when no
 * entry does. */
int quote_load(struct db *db, struct arena *a, struct entry *entries, size_t n,
    struct error *err);

/* Of a message in hand. */
const struct entry_quote *quote_of(struct arena *a, const struct entry *quoted);

/* "reply_to":{...} into the open object.  floor: the lowest index that the
 * reader may see; below it no preview is shown. */
void quote_put(struct json_writer *w, const struct entry_quote *q,
    int64_t floor);

#endif
