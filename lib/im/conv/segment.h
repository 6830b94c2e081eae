/*
 * segment: a range of a log as bytes, before compression.
 *
 * Columns compress better than rows.  So the form is: a byte with its version;
 * the number of entries; for each integer of an entry, in the order of
 * entry_int(), the differences between neighbours; for each text (the
 * client_msg_id, the fingerprint of the request, the body) the lengths plus
 * one, 0 being NULL, then the texts.  Integers are LEB128, signed ones after
 * the zigzag of Protocol Buffers.
 *
 * A form that is read again as other bytes does not exist: whatever
 * segment_unpack() accepts, segment_pack() writes back the same.
 */
#ifndef IM_SEGMENT_H
#define IM_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "im/conv/entry.h"

struct segment_entry {
	struct entry e;         /* as it is loaded, with its body */
	struct str fingerprint; /* of the request; p NULL: none */
};

#define SEGMENT_ENTRIES_MAX 10000

void segment_pack(struct buf *out, struct segment_entry *list, size_t n);

/* Texts are those of `raw`.  False: it is damaged. */
bool segment_unpack(struct arena *a, struct str raw, struct segment_entry **out,
    size_t *n_out);

/* Whether two entries are the same in all that a segment holds. */
bool segment_is_same(struct segment_entry *x, struct segment_entry *y);

#endif
