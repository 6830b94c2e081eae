/*
 * message_text: what searches look into.
 *
 * The text of a message or the caption of a file, and behind that the name of
 * a file and the title of a place or of a merged forward.  Not what was
 * forwarded: it may be recalled, and the forward then still had its words.
 * Cards and the content of apps (custom) have none.
 */
#ifndef VIEW_MESSAGE_TEXT_H
#define VIEW_MESSAGE_TEXT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/terms.h"
#include "im/conv/entry.h"

/* The terms of a message.  True: the first ones, up to a gap, are of its text
 * or caption. */
bool message_terms(struct arena *a, const struct entry *e, struct terms *out);

#endif
