/*
 * json_writer: writes JSON.
 *
 * The writer appends to a struct buf, places commas, and escapes what RFC 8259
 * requires.  Its output is well formed if the raw pieces passed to it are.
 */
#ifndef IO_JSON_WRITER_H
#define IO_JSON_WRITER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#define JSON_WRITER_DEPTH 40

struct json_writer {
	struct buf *out;
	int depth;
	bool comma[JSON_WRITER_DEPTH];
};

void json_writer_init(struct json_writer *w, struct buf *out);

/* Structure.  In an object, json_key() comes before every value. */
void json_begin(struct json_writer *w);      /* { */
void json_end(struct json_writer *w);        /* } */
void json_begin_list(struct json_writer *w); /* [ */
void json_end_list(struct json_writer *w);   /* ] */
/* A name of ours, without anything to escape. */
void json_key(struct json_writer *w, const char *key);
void json_key_str(struct json_writer *w, struct str key); /* any text */

/* Values.  STR_NONE is written as null. */
void json_null_value(struct json_writer *w);
void json_bool(struct json_writer *w, bool v);
void json_int(struct json_writer *w, int64_t v);
void json_id(struct json_writer *w, int64_t v); /* "123" */
void json_str(struct json_writer *w, struct str s);
void json_raw(struct json_writer *w, struct str text); /* valid JSON */
/* Any value; reals in the shortest form that round-trips. */
void json_value(struct json_writer *w, const json_t *v);

/*
 * Key and value in one call.  Without a value (STR_NONE, NULL, empty raw text)
 * the field is omitted.
 */
void json_put_null(struct json_writer *w, const char *key);
void json_put_bool(struct json_writer *w, const char *key, bool v);
void json_put_int(struct json_writer *w, const char *key, int64_t v);
void json_put_id(struct json_writer *w, const char *key, int64_t v);
void json_put_str(struct json_writer *w, const char *key, struct str s);
void json_put_cstr(struct json_writer *w, const char *key, const char *s);
void json_put_raw(struct json_writer *w, const char *key, struct str text);
/*
 * Members of an object without its braces (`"a":1,"b":2`). begin and end write
 * them; json_members() inserts them into the open object.
 */
void json_begin_members(struct json_writer *w);
void json_end_members(struct json_writer *w);
void json_members(struct json_writer *w, struct str members);

/*
 * A canonical form, in which equal values have equal text: sorted keys, no
 * blanks, whole numbers as integers.
 */
struct str json_canonical(struct arena *a, const json_t *v);

/* The whole value as text, in the order of its keys. */
struct str json_dump(struct arena *a, const json_t *v);

#endif
