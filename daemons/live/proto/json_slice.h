/*
 * json_slice: splits the text of a JSON object into its members.
 *
 * It only finds where values begin and end; a value must be parsed, by
 * json_parse() or by its recipient, before it is used.  Malformed text may be
 * split wrongly, but always within its bounds.
 */
#ifndef LIVE_JSON_SLICE_H
#define LIVE_JSON_SLICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct json_slice {
	struct str name; /* including quotes */
	struct str value;
};

/*
 * Returns the number of members, at most max; -1 if text is not an object or
 * has more.
 */
int json_slice(struct str text, struct json_slice *out, int max);

#endif
