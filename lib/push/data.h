/*
 * data: what a notice carries for the client, besides what is shown.
 */
#ifndef PUSH_DATA_H
#define PUSH_DATA_H

#include "io/json_writer.h"
#include "push/provider.h"

/*
 * The members of n->data, and "tag" (the conversation) and "badge", all of them
 * strings, into the object that is open.
 */
void push_data_members(struct json_writer *w, struct arena *a,
    const struct push_notice *n);
/* The same as the text of an object. */
struct str push_data_text(struct arena *a, const struct push_notice *n);

/*
 * A number for what takes numbers alone instead of n->collapse: 0 to 2^31-1,
 * the same for the same conversation; two of a device's may have the same, once
 * in millions.  FNV-1a.
 */
int64_t push_data_number(const struct push_notice *n);

/* Seconds until the notice expires, at least `least` and at most `most`. */
int64_t push_data_ttl_s(const struct push_notice *n, int64_t now_ms,
    int64_t least, int64_t most);

#endif
