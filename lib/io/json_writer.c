#include "io/json_writer.h"

#include "io/json.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- text of values ---- */

static void put_escaped(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	char seq[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };

	for (size_t i = 0; i + 1 < sizeof(shorts); i += 2) {
		if ((unsigned char)shorts[i] == c) {
			seq[1] = shorts[i + 1];
			buf_add(b, seq, 2);
			return;
		}
	}
	buf_add(b, seq, sizeof(seq));
}

/* The length of the well-formed sequence at the start of s, or 0. */
static size_t utf8_step(struct str s)
{
	for (size_t n = 2; n <= 4 && n <= s.len; n++) {
		if (str_is_utf8((struct str){ s.p, n }))
			return n;
	}
	return 0;
}

/* ASCII that stands for itself. */
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* How many bytes at the start of s are plain. */
static size_t plain_len(struct str s)
{
	size_t i = 0;

	while (i < s.len && is_plain((unsigned char)s.p[i]))
		i++;
	return i;
}

static void put_plain(struct buf *b, struct str s)
{
	buf_char(b, '"');
	buf_str(b, s);
	buf_char(b, '"');
}

static void put_string(struct buf *b, struct str s)
{
	size_t from = 0, i = plain_len(s);
	bool well_formed;

	if (i == s.len) {
		put_plain(b, s);
		return;
	}
	/* s may be malformed; JSON may not. */
	well_formed = str_is_utf8(s);
	buf_char(b, '"');
	while (i < s.len) {
		unsigned char c = (unsigned char)s.p[i];
		size_t step = 1;

		if (c >= 0x80 && !well_formed)
			step = utf8_step((struct str){ s.p + i, s.len - i });
		if (step && c >= 0x20 && c != '"' && c != '\\') {
			i += step;
			continue;
		}
		buf_add(b, s.p + from, i - from);
		if (step)
			put_escaped(b, c);
		else
			buf_cstr(b, "\xef\xbf\xbd"); /* U+FFFD */
		from = ++i;
	}
	if (i > from)
		buf_add(b, s.p + from, i - from);
	buf_char(b, '"');
}

static void put_int(struct buf *b, int64_t v)
{
	static const char pairs[] =
	    "00010203040506070809"
	    "10111213141516171819"
	    "20212223242526272829"
	    "30313233343536373839"
	    "40414243444546474849"
	    "50515253545556575859"
	    "60616263646566676869"
	    "70717273747576777879"
	    "80818283848586878889"
	    "90919293949596979899";
	char text[24], *p = text + sizeof(text);
	uint64_t n = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	for (; n >= 100; n /= 100) {
		p -= 2;
		memcpy(p, pairs + 2 * (n % 100), 2);
	}
	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	if (v < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(text + sizeof(text) - p));
}

static void put_real(struct buf *b, double v, bool canonical)
{
	char text[40];

	/* Below 2^63, so that the conversion is defined; -0.0 becomes 0. */
	if (canonical && v == floor(v) && fabs(v) < 9223372036854775808.0) {
		put_int(b, (int64_t)v);
		return;
	}
	/*
	 * %g drops trailing zeros.  15 digits always round-trip, except for
	 * subnormals.
	 */
	for (int digits = fabs(v) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	buf_cstr(b, text);
	/* Keeps it a real for the reader. */
	if (!strpbrk(text, ".e"))
		buf_cstr(b, ".0");
}

struct member {
	struct str key;
	const json_t *value;
};

static int member_cmp(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

/* sort: where the keys are sorted; NULL: they keep their order. */
static void put_value(struct buf *b, const json_t *v, struct arena *sort);

static void put_object(struct buf *b, const json_t *v, struct arena *sort)
{
	size_t n = json_object_size(v), i = 0;
	struct member *list = NULL;
	json_t *obj = (json_t *)(uintptr_t)v; /* for jansson's iterators */
	const char *sep = "";

	buf_char(b, '{');
	if (sort)
		list = ARENA_ARRAY(sort, n, struct member);
	for (void *it = json_object_iter(obj); it;
	     it = json_object_iter_next(obj, it)) {
		struct member m = {
			{ json_object_iter_key(it),
			    json_object_iter_key_len(it) },
			json_object_iter_value(it),
		};

		if (list) {
			list[i++] = m;
			continue;
		}
		buf_cstr(b, sep);
		put_string(b, m.key);
		buf_char(b, ':');
		put_value(b, m.value, sort);
		sep = ",";
	}
	if (n && list)
		qsort(list, n, sizeof(*list), member_cmp);
	for (i = 0; list && i < n; i++) {
		buf_cstr(b, sep);
		put_string(b, list[i].key);
		buf_char(b, ':');
		put_value(b, list[i].value, sort);
		sep = ",";
	}
	buf_char(b, '}');
}

static void put_value(struct buf *b, const json_t *v, struct arena *sort)
{
	size_t n = json_array_size(v);

	switch (v ? json_typeof(v) : JSON_NULL) {
	case JSON_OBJECT:
		put_object(b, v, sort);
		break;
	case JSON_ARRAY:
		buf_char(b, '[');
		for (size_t i = 0; i < n; i++) {
			if (i)
				buf_char(b, ',');
			put_value(b, json_array_get(v, i), sort);
		}
		buf_char(b, ']');
		break;
	case JSON_STRING:
		put_string(b, json_text(v));
		break;
	case JSON_INTEGER:
		put_int(b, json_integer_value(v));
		break;
	case JSON_REAL:
		put_real(b, json_real_value(v), sort);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		buf_cstr(b, json_is_true(v) ? "true" : "false");
		break;
	case JSON_NULL:
		buf_cstr(b, "null");
		break;
	}
}

static struct str to_text(struct arena *a, const json_t *v, struct arena *sort)
{
	struct str text;
	struct buf b;

	buf_init(&b);
	put_value(&b, v, sort);
	text = arena_str(a, buf_view(&b));
	buf_release(&b);
	return text;
}

struct str json_canonical(struct arena *a, const json_t *v)
{
	return to_text(a, v, a);
}

struct str json_dump(struct arena *a, const json_t *v)
{
	return to_text(a, v, NULL);
}

/* ---- writing ---- */

void json_writer_init(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){ .out = out };
}

/* Before every value: the comma after its predecessor. */
static void value_starts(struct json_writer *w)
{
	if (w->comma[w->depth])
		buf_char(w->out, ',');
	w->comma[w->depth] = true;
}

static void open_level(struct json_writer *w, char c)
{
	value_starts(w);
	BUG_ON(w->depth + 1 >= JSON_WRITER_DEPTH);
	w->comma[++w->depth] = false;
	buf_char(w->out, c);
}

static void close_level(struct json_writer *w, char c)
{
	BUG_ON(w->depth <= 0);
	w->depth--;
	buf_char(w->out, c);
}

void json_begin(struct json_writer *w)
{
	open_level(w, '{');
}

void json_end(struct json_writer *w)
{
	close_level(w, '}');
}

void json_begin_members(struct json_writer *w)
{
	BUG_ON(w->depth != 0);
	w->comma[++w->depth] = false;
}

void json_end_members(struct json_writer *w)
{
	BUG_ON(w->depth != 1);
	w->depth--;
}

void json_begin_list(struct json_writer *w)
{
	open_level(w, '[');
}

void json_end_list(struct json_writer *w)
{
	close_level(w, ']');
}

void json_key_str(struct json_writer *w, struct str key)
{
	value_starts(w);
	put_string(w->out, key);
	buf_char(w->out, ':');
	w->comma[w->depth] = false; /* none between a key and its value */
}

void json_key(struct json_writer *w, const char *key)
{
	value_starts(w);
	put_plain(w->out, str_of(key));
	buf_char(w->out, ':');
	w->comma[w->depth] = false;
}

void json_null_value(struct json_writer *w)
{
	value_starts(w);
	buf_cstr(w->out, "null");
}

void json_bool(struct json_writer *w, bool v)
{
	value_starts(w);
	buf_cstr(w->out, v ? "true" : "false");
}

void json_int(struct json_writer *w, int64_t v)
{
	value_starts(w);
	put_int(w->out, v);
}

void json_id(struct json_writer *w, int64_t v)
{
	value_starts(w);
	buf_char(w->out, '"');
	put_int(w->out, v);
	buf_char(w->out, '"');
}

void json_str(struct json_writer *w, struct str s)
{
	if (!s.p) {
		json_null_value(w);
		return;
	}
	value_starts(w);
	put_string(w->out, s);
}

void json_raw(struct json_writer *w, struct str text)
{
	if (!text.len) {
		json_null_value(w);
		return;
	}
	value_starts(w);
	buf_str(w->out, text);
}

void json_value(struct json_writer *w, const json_t *v)
{
	value_starts(w);
	put_value(w->out, v, NULL);
}

void json_put_null(struct json_writer *w, const char *key)
{
	json_key(w, key);
	json_null_value(w);
}

void json_put_bool(struct json_writer *w, const char *key, bool v)
{
	json_key(w, key);
	json_bool(w, v);
}

void json_put_int(struct json_writer *w, const char *key, int64_t v)
{
	json_key(w, key);
	json_int(w, v);
}

void json_put_id(struct json_writer *w, const char *key, int64_t v)
{
	json_key(w, key);
	json_id(w, v);
}

void json_put_str(struct json_writer *w, const char *key, struct str s)
{
	if (!s.p)
		return;
	json_key(w, key);
	json_str(w, s);
}

void json_put_cstr(struct json_writer *w, const char *key, const char *s)
{
	json_put_str(w, key, str_of(s));
}

void json_put_raw(struct json_writer *w, const char *key, struct str text)
{
	if (!text.len)
		return;
	json_key(w, key);
	json_raw(w, text);
}

void json_members(struct json_writer *w, struct str members)
{
	if (!members.len)
		return;
	value_starts(w);
	buf_str(w->out, members);
}
