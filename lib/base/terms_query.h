/*
 * terms_query: what somebody looks for, and whether a text has it.
 *
 * A query is phrases, all of which a text must have: each run of characters
 * between blanks is one ("foo-bar" is foo followed by bar), and so is what
 * stands between quotation marks (U+0022, 201C-201F), the last of which may be
 * missing.  The last word of the query may be the beginning of one, unless a
 * closing quotation mark follows it.  A character of a script without blanks is
 * found wherever it stands; several of them where they stand together.
 *
 * Pure functions over terms (terms.h); results live in the arena.
 */
#ifndef BASE_TERMS_QUERY_H
#define BASE_TERMS_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "base/terms.h"

struct terms_phrase {
	struct terms terms; /* at least one */
	bool is_open;       /* its last term may be the beginning of a word */
};

struct terms_query {
	struct terms_phrase *phrases;
	size_t n; /* 0: nothing to look for */
};

/* Characters of the source, end not included. */
struct terms_span {
	uint32_t start, end;
};

void terms_query_read(struct arena *a, struct str text,
    struct terms_query *out);

/*
 * The phrase as an index has it (terms_write()), its terms separated by blanks;
 * true: the last one is only the beginning of what the index has.
 */
bool terms_query_write(struct buf *out, const struct terms_phrase *p);

/*
 * Does a text have all phrases?  spans_out: where, in its first text (what
 * stands before the first gap), ascending and apart from each other.
 */
bool terms_query_match(struct arena *a, const struct terms_query *q,
    const struct terms *text, struct terms_span **spans_out, size_t *n_out);

#endif
