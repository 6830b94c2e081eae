/*
 * json_writer: writing JSON.
 *
 * The writer appends to a struct buf, keeps track of commas, and escapes what
 * RFC 8259 demands; it cannot produce malformed JSON unless it is given raw
 * pieces that are.
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
void json_key(struct json_writer *w, const char *key);
void json_key_str(struct json_writer *w, struct str key);

/* Values.  STR_NONE is written as null. */
void json_null_value(struct json_writer *w);
void json_bool(struct json_writer *w, bool v);
void json_int(struct json_writer *w, int64_t v);
void json_id(struct json_writer *w, int64_t v); /* "123" */
void json_str(struct json_writer *w, struct str s);
void json_raw(struct json_writer *w, struct str text); /* valid JSON */
/* Any value; reals in the shortest form that reads back the same. */
void json_value(struct json_writer *w, const json_t *v);

/*
 * key + value in one call.  Without a value (STR_NONE, NULL, no raw text)
 * nothing is written: fields that have none are left out.
 */
void json_put_null(struct json_writer *w, const char *key);
void json_put_bool(struct json_writer *w, const char *key, bool v);
void json_put_int(struct json_writer *w, const char *key, int64_t v);
void json_put_id(struct json_writer *w, const char *key, int64_t v);
void json_put_str(struct json_writer *w, const char *key, struct str s);
void json_put_cstr(struct json_writer *w, const char *key, const char *s);
void json_put_raw(struct json_writer *w, const char *key, struct str text);
/*
 * Members of an object without its braces (`"a":1,"b":2`), which others put
 * into objects of their own: writing them, and putting them into the open
 * object; the empty piece adds nothing.
 */
void json_begin_members(struct json_writer *w);
void json_end_members(struct json_writer *w);
void json_members(struct json_writer *w, struct str members);

/*
 * A form of v in which equal values have equal text: keys sorted, no
 * blanks, reals that are whole numbers as integers.
 */
struct str json_canonical(struct arena *a, const json_t *v);

/* The whole value as text, in the order of its keys. */
struct str json_dump(struct arena *a, const json_t *v);

#endif
