/*
 * Decodes the arguments of a request into a struct, by the route's table.
 *
 * Order: query, body, path.  A malformed id in the path gets the same 404 as
 * an unknown one, after every 400, so that the two cannot be told apart.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/unicode.h"
#include "http/percent.h"
#include "http/query.h"
#include "io/json_writer.h"
#include "web/web.h"

/* A value as sent: JSON, or the text of a path or query argument. */
struct value {
	const json_t *json; /* NULL: text */
	struct str text;
};

struct decoder {
	struct arena *arena;
	char *dst;
	struct error *err;
};

static int __attribute__((format(printf, 4, 5))) fault(struct decoder *d,
    const struct web_arg *a, const char *field, const char *fmt, ...)
{
	char detail[sizeof(d->err->detail)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	if (a->in == WEB_PATH && a->type == WEB_ID)
		return err_set(d->err, ERR_NOT_FOUND, "%s", detail);
	return err_field(d->err, ERR_INVALID_ARGUMENT, field, "%s", detail);
}

#define DST(d, a, type) (*(type *)(void *)((d)->dst + (a)->offset))

/* For jansson's iterators, and for the structs that handlers see. */
static json_t *unconst(const json_t *v)
{
	return (json_t *)(uintptr_t)v;
}

static struct str text_of(struct value v)
{
	return v.json ? json_text(v.json) : v.text;
}

static int put_id(struct decoder *d, const struct web_arg *a, struct value v,
    const char *field)
{
	if (!str_to_id(text_of(v), &DST(d, a, int64_t)))
		return fault(d, a, field, "must be an id");
	return 0;
}

static int put_int(struct decoder *d, const struct web_arg *a, struct value v,
    const char *field)
{
	int64_t n;

	if (v.json ? !json_is_integer(v.json) : !str_to_int(v.text, &n))
		return fault(d, a, field, "must be an integer");
	if (v.json)
		n = json_integer_value(v.json);
	if (n < a->min || n > a->max)
		return fault(d, a, field,
		    "must be between %" PRId64 " and %" PRId64, a->min, a->max);
	DST(d, a, int64_t) = n;
	return 0;
}

static int put_bool(struct decoder *d, const struct web_arg *a, struct value v,
    const char *field)
{
	bool on;

	if (v.json ? !json_is_boolean(v.json)
		   : !str_is(v.text, "true") && !str_is(v.text, "false"))
		return fault(d, a, field, "must be true or false");
	on = v.json ? json_is_true(v.json) : str_is(v.text, "true");
	DST(d, a, bool) = on;
	return 0;
}

static bool is_word(const struct web_arg *a, struct str s)
{
	for (size_t i = 0; a->flags & WEB_LOWER && i < s.len; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return false;
	return str_is_alnum_or(s, a->set ? a->set : "");
}

static int put_text(struct decoder *d, const struct web_arg *a, struct value v,
    const char *field)
{
	bool chars = a->type == WEB_CHARS || a->type == WEB_LABEL;
	struct str s = text_of(v);
	const char *why;
	size_t len;

	if (!s.p)
		return fault(d, a, field, "must be a string");
	len = chars ? str_utf8_count(s) : s.len;
	if ((int64_t)len < a->min || (int64_t)len > a->max)
		return fault(d, a, field,
		    "must have %" PRId64 " to %" PRId64 " %s", a->min, a->max,
		    chars ? "characters" : "bytes");
	why = a->type == WEB_LABEL ? unicode_label_fault(s) : NULL;
	if (why)
		return fault(d, a, field, "%s", why);
	if (a->type == WEB_WORD && !is_word(a, s))
		return fault(d, a, field, "must be of %sa-z 0-9%s%s",
		    a->flags & WEB_LOWER ? "" : "A-Z ",
		    a->set && *a->set ? " and " : "", a->set ? a->set : "");
	if (a->type == WEB_PRINTABLE && !str_is_printable(s, true))
		return fault(d, a, field, "must be printable ASCII");
	if (a->type == WEB_URL && s.len && !str_is_https_url(s))
		return fault(d, a, field, "must be an https URL");
	DST(d, a, struct str) = s;
	return 0;
}

static int put_enum(struct decoder *d, const struct web_arg *a, struct value v,
    const char *field)
{
	int64_t place = str_place(a->set, text_of(v));

	if (!place)
		return fault(d, a, field, "must be one of %s", a->set);
	DST(d, a, int64_t) = place;
	return 0;
}

static int put_ids(struct decoder *d, const struct web_arg *a, struct value v,
    const char *field)
{
	struct str rest = v.json || !v.text.len ? STR_NONE : v.text;
	size_t n = json_array_size(v.json);
	char item[ERR_FIELD_ROOM];
	int64_t *ids;

	if (v.json && !json_is_array(v.json))
		return fault(d, a, field, "must be a list of ids");
	for (size_t i = 0; rest.p && i < rest.len; i++)
		n += rest.p[i] == ',';
	n += rest.p != NULL;
	if ((int64_t)n < a->min || (int64_t)n > a->max)
		return fault(d, a, field,
		    "must have %" PRId64 " to %" PRId64 " ids", a->min, a->max);
	ids = ARENA_ARRAY(d->arena, n, int64_t);
	for (size_t i = 0; i < n; i++) {
		struct str id = v.json ? json_text(json_array_get(v.json, i))
				       : str_cut(&rest, ',');

		if (str_to_id(id, &ids[i]))
			continue;
		snprintf(item, sizeof(item), "%s.%zu", field, i);
		return fault(d, a, item, "must be an id");
	}
	DST(d, a, struct web_ids) = (struct web_ids){ ids, n, true };
	return 0;
}

static bool is_among(const int64_t *ids, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static int put_ints(struct decoder *d, const struct web_arg *a, struct value v,
    const char *field)
{
	size_t n = json_array_size(v.json);
	char item[ERR_FIELD_ROOM];
	int64_t *ints;

	if (!json_is_array(v.json) || n < 1 ||
	    n > (size_t)(a->max - a->min + 1))
		return fault(d, a, field,
		    "must be a list of 1 to %" PRId64 " integers",
		    a->max - a->min + 1);
	ints = ARENA_ARRAY(d->arena, n, int64_t);
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(v.json, i);

		ints[i] = json_integer_value(one);
		if (json_is_integer(one) && ints[i] >= a->min &&
		    ints[i] <= a->max && !is_among(ints, i, ints[i]))
			continue;
		snprintf(item, sizeof(item), "%s.%zu", field, i);
		return fault(d, a, item,
		    "must be an integer of %" PRId64 " to %" PRId64 ", once",
		    a->min, a->max);
	}
	DST(d, a, struct web_ids) = (struct web_ids){ ints, n, true };
	return 0;
}

static int put_object(struct decoder *d, const struct web_arg *a,
    struct value v, const char *field)
{
	if (!json_is_object(v.json))
		return fault(d, a, field, "must be an object");
	if (a->max && json_dump(d->arena, v.json).len > (uint64_t)a->max)
		return fault(d, a, field, "must have at most %" PRId64 " bytes",
		    a->max);
	DST(d, a, json_t *) = unconst(v.json);
	return 0;
}

static int put_items(struct decoder *d, const struct web_arg *a, struct value v,
    const char *field)
{
	size_t n = json_array_size(v.json);
	char item[ERR_FIELD_ROOM];

	if (!json_is_array(v.json))
		return fault(d, a, field, "must be a list of objects");
	if ((int64_t)n < a->min || (int64_t)n > a->max)
		return fault(d, a, field,
		    "must have %" PRId64 " to %" PRId64 " items", a->min,
		    a->max);
	for (size_t i = 0; i < n; i++) {
		if (json_is_object(json_array_get(v.json, i)))
			continue;
		snprintf(item, sizeof(item), "%s.%zu", field, i);
		return fault(d, a, item, "must be an object");
	}
	DST(d, a, json_t *) = unconst(v.json);
	return 0;
}

static int put_fields(struct decoder *d, const json_t *obj,
    const struct web_arg *args, bool top, const char *prefix);

static int put_value(struct decoder *d, const struct web_arg *a, struct value v,
    const char *field)
{
	switch (a->type) {
	case WEB_ID:
		return put_id(d, a, v, field);
	case WEB_INT:
		return put_int(d, a, v, field);
	case WEB_BOOL:
		return put_bool(d, a, v, field);
	case WEB_TEXT:
		return put_text(d, a, v, field);
	case WEB_ENUM:
		return put_enum(d, a, v, field);
	case WEB_IDS:
		return put_ids(d, a, v, field);
	case WEB_INTS:
		return put_ints(d, a, v, field);
	case WEB_OBJECT:
		return put_object(d, a, v, field);
	case WEB_VALUE:
		DST(d, a, json_t *) = unconst(v.json);
		return 0;
	case WEB_ITEMS:
		return put_items(d, a, v, field);
	case WEB_STRUCT:
		if (!json_is_object(v.json))
			return fault(d, a, field, "must be an object");
		return put_fields(d, v.json, a->of, false, field);
	}
	BUG("%s: type %d", a->name, a->type);
}

static void put_defaults(struct decoder *d, const struct web_arg *a)
{
	if (a->type == WEB_INT || a->type == WEB_ENUM)
		DST(d, a, int64_t) = a->def;
	else if (a->type == WEB_BOOL)
		DST(d, a, bool) = a->def != 0;
	else if (a->type == WEB_STRUCT) {
		for (const struct web_arg *b = a->of; b->name; b++)
			put_defaults(d, b);
	}
}

/* One argument that may be absent. */
static int put_arg(struct decoder *d, const struct web_arg *a, struct value v,
    const char *field)
{
	bool nil = json_is_null(v.json);

	if (nil && a->flags & WEB_NULLABLE)
		v.json = NULL;
	if (!v.json && !v.text.p) {
		if (a->flags & WEB_REQUIRED)
			return fault(d, a, field, "is required");
		put_defaults(d, a);
		return 0;
	}
	if (json_is_null(v.json) && a->type != WEB_VALUE)
		return fault(d, a, field, "must not be null");
	if (put_value(d, a, v, field) < 0)
		return -1;
	if (a->has >= 0)
		*(bool *)(void *)(d->dst + a->has) = true;
	return 0;
}

static const struct web_arg *find_arg(const struct web_arg *args,
    struct str name, bool any_in, enum web_in in)
{
	for (const struct web_arg *a = args; a && a->name; a++) {
		if ((any_in || a->in == in) && str_is(name, a->name))
			return a;
	}
	return NULL;
}

static void join(char dst[ERR_FIELD_ROOM], const char *prefix, const char *name)
{
	snprintf(dst, ERR_FIELD_ROOM, "%s%s%s", prefix, *prefix ? "." : "",
	    name);
}

/* top: only the arguments that are in the body. */
static int put_fields(struct decoder *d, const json_t *obj,
    const struct web_arg *args, bool top, const char *prefix)
{
	json_t *o = unconst(obj);
	char field[ERR_FIELD_ROOM];

	for (void *it = json_object_iter(o); it;
	     it = json_object_iter_next(o, it)) {
		const char *key = json_object_iter_key(it);

		if (find_arg(args, str_of(key), !top, WEB_BODY))
			continue;
		join(field, prefix, key);
		return err_field(d->err, ERR_INVALID_ARGUMENT, field,
		    "unknown field");
	}
	for (const struct web_arg *a = args; a && a->name; a++) {
		struct value v = { json_object_get(obj, a->name), STR_NONE };

		if (top && a->in != WEB_BODY)
			continue;
		join(field, prefix, a->name);
		if (put_arg(d, a, v, field) < 0)
			return -1;
	}
	return 0;
}

static int put_query(struct decoder *d, struct str query,
    const struct web_arg *args)
{
	struct http_param *params;
	size_t n;

	if (http_query_parse(d->arena, query, &params, &n, d->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct str name = arena_str(d->arena, params[i].name);

		if (!find_arg(args, name, false, WEB_QUERY))
			return err_field(d->err, ERR_INVALID_ARGUMENT, name.p,
			    "unknown query parameter");
	}
	for (const struct web_arg *a = args; a && a->name; a++) {
		struct value v = { NULL, STR_NONE };

		if (a->in != WEB_QUERY)
			continue;
		for (size_t i = 0; i < n; i++) {
			if (!str_is(params[i].name, a->name))
				continue;
			if (v.text.p)
				return fault(d, a, a->name, "is given twice");
			v.text = params[i].value;
		}
		if (put_arg(d, a, v, a->name) < 0)
			return -1;
	}
	return 0;
}

/* Ids are not decoded: "%31" is not another spelling of "1". */
static int put_path(struct decoder *d, const struct web_arg *args,
    const struct str *values)
{
	size_t n = 0;

	for (const struct web_arg *a = args; a && a->name; a++) {
		struct value v = { NULL, STR_NONE };

		if (a->in != WEB_PATH)
			continue;
		v.text = values[n++];
		if (a->type != WEB_ID &&
		    !http_percent_decode(d->arena, v.text, false, &v.text))
			return fault(d, a, a->name, "malformed text");
		if (put_arg(d, a, v, a->name) < 0)
			return -1;
	}
	return 0;
}

int web_decode(struct web_request *rq, const struct web_arg *args, void *dst,
    const struct str *path_values, struct error *err)
{
	struct decoder d = { rq->arena, dst, err };

	if (put_query(&d, rq->query, args) < 0 ||
	    put_fields(&d, rq->body, args, true, "") < 0)
		return -1;
	return put_path(&d, args, path_values);
}

int web_decode_item(struct web_request *rq, const json_t *item,
    const struct web_arg *args, void *dst, struct error *err)
{
	struct decoder d = { rq->arena, dst, err };

	return put_fields(&d, item, args, false, "");
}
