/*
 * json_slice: the members of one JSON object as pieces of its text.
 *
 * It finds where values begin and end and checks nothing inside them; a
 * value must go through json_parse() (or to somebody who parses it) before
 * it is believed.  Malformed text may be cut wrongly, never outside of
 * itself.
 */
#ifndef LIVE_JSON_SLICE_H
#define LIVE_JSON_SLICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct json_slice {
	struct str name; /* with its quotes */
	struct str value;
};

/*
 * Up to max members of an object; how many, or -1 when text is no object or
 * has more.
 */
int json_slice(struct str text, struct json_slice *out, int max);

#endif
