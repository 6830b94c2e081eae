/*
 * json_place: which field of a JSON text an offset is in, as errors name it:
 * "messages.3.content.text".
 *
 * The text is read up to the offset, and may be malformed from there on.
 */
#ifndef IO_JSON_PLACE_H
#define IO_JSON_PLACE_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* A name that is not valid JSON ends the path; "" is the text as a whole. */
void json_place(struct str text, size_t at, char field[ERR_FIELD_ROOM]);

#endif
