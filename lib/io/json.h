/*
 * json: parses JSON as strictly as the API requires.
 *
 * Parsing is jansson's, with the rules of the API on top: valid UTF-8, no
 * duplicate key, no lone surrogate, no \u0000, at most JSON_DEPTH_MAX levels,
 * integers within 64 bits, nothing after the value.
 */
#ifndef IO_JSON_H
#define IO_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define JSON_DEPTH_MAX 32

/*
 * Parses one value; it is released with the arena.  With empty_is_object, blank
 * text gives {}.  Errors: INVALID_ARGUMENT, with the field where the text has
 * the form of JSON and one name or value is to blame.
 */
int json_parse(struct arena *a, struct str text, bool empty_is_object,
    json_t **out, struct error *err);

/* The text of a string value; STR_NONE if v is not a string. */
struct str json_text(const json_t *v);
/* Members of an object; absent or of another type: STR_NONE / def. */
struct str json_get_str(const json_t *obj, const char *key);
int64_t json_get_int(const json_t *obj, const char *key, int64_t def);
bool json_get_bool(const json_t *obj, const char *key, bool def);
/* An id written as a string; 0 if absent or invalid. */
int64_t json_get_id(const json_t *obj, const char *key);

#endif
