/*
 * entry_body: the stored body of an entry, which is opaque to lib/im.  It holds
 * the members of the entry's JSON object that depend on its content, without
 * braces.
 */
#ifndef VIEW_ENTRY_BODY_H
#define VIEW_ENTRY_BODY_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "im/conv/entry.h"
#include "io/json.h"

/* Makes the body from a request to send; content, as JSON, in place of that of
 * the request; p NULL: that one. */
struct str entry_body_write(struct arena *a, const json_t *request,
    struct str content);

/* The body of a `reaction` entry. */
struct str entry_body_reaction(struct arena *a, struct str emoji, bool on);

/* The body as an object; NULL if it is corrupt. */
const json_t *entry_body_read(struct arena *a, const struct entry *e);

/* The user ids in a JSON list. */
const int64_t *entry_body_ids(struct arena *a, const json_t *list,
    size_t *n_out);

#endif
