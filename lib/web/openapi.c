/*
 * What the tables of routes know of docs/openapi.yaml, as YAML.
 * tools/stack/gen-openapi puts the lines where the file has the marks
 * "# BEGIN region" and "# END region"; each line begins with its region.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "web/openapi.h"
#include "web/route.h"

#define INDEX_MAX ((INT64_C(1) << 53) - 1)
#define REF(what) "$ref: \"#/components/" what "\""

/* RFC 3986, as str_is_https_url() checks it. */
#define URL_HOST1 "!$-.0-9;=A-\\\\[\\\\]_a-z~"
#define URL_HOST  "!$-.0-;=A-\\\\[\\\\]_a-z~"
#define URL_TEXT  "!#-;=?-\\\\[\\\\]_a-z~"
#define URL_PATTERN                                             \
	"[Hh][Tt][Tt][Pp][Ss]://[" URL_HOST1 "][" URL_HOST "]*" \
	"([/?#][" URL_TEXT "]*)?"

/* What a label does not hold, see base/unicode.h. */
#define LABEL_OUT "\\\\n-\\\\r\\\\x85\\\\u2028-\\\\u202e\\\\u2066-\\\\u2069"

struct page {
	struct buf *out;
	const char *region;
	int indent;
};

static void __attribute__((format(printf, 2, 3)))
line(const struct page *p, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	BUG_ON(n < 0 || (size_t)n >= sizeof(text));
	buf_printf(p->out, "%s|%*s%s\n", p->region, p->indent, "", text);
}

static struct page deeper(const struct page *p, int by)
{
	return (struct page){ p->out, p->region, p->indent + by };
}

/* ---- schemas ---- */

static bool is_in_bytes(const struct web_arg *a)
{
	return a->type == WEB_STR || (a->type == WEB_OBJECT && a->max);
}

/* The texts are ASCII without control characters. */
static void put_text(const struct page *p, const struct web_arg *a)
{
	char quoted[512];
	size_t n = 0;

	for (const char *c = a->text ? a->text : ""; *c; c++) {
		BUG_ON(n + 3 > sizeof(quoted));
		if (*c == '"' || *c == '\\')
			quoted[n++] = '\\';
		quoted[n++] = *c;
	}
	quoted[n] = '\0';
	if (!is_in_bytes(a))
		line(p, "description: \"%s\"", quoted);
	else if (a->min)
		line(p, "description: \"%s %" PRId64 " to %" PRId64 " bytes.\"",
		    quoted, a->min, a->max);
	else
		line(p, "description: \"%s At most %" PRId64 " bytes.\"",
		    quoted, a->max);
}

static void put_type(const struct page *p, const struct web_arg *a,
    const char *type)
{
	if (a->flags & WEB_NULLABLE)
		line(p, "type: [%s, \"null\"]", type);
	else
		line(p, "type: %s", type);
}

static void put_number(const struct page *p, const struct web_arg *a)
{
	bool has_default = !(a->flags & WEB_REQUIRED) && a->def;

	if (!a->min && a->max == INDEX_MAX && !has_default) {
		line(p, REF("schemas/Index"));
		return;
	}
	put_type(p, a, "integer");
	line(p, "minimum: %" PRId64, a->min);
	line(p, "maximum: %" PRId64, a->max);
	if (has_default)
		line(p, "default: %" PRId64, a->def);
}

/*
 * JSON Schema counts characters.  A bound in bytes is the same in characters at
 * the top, and a quarter of it at the bottom; x-bytes has the real one.
 */
static void put_length(const struct page *p, const struct web_arg *a)
{
	int64_t min = a->type == WEB_STR ? (a->min + 3) / 4 : a->min;

	if (min)
		line(p, "minLength: %" PRId64, min);
	line(p, "maxLength: %" PRId64, a->max);
	if (a->type == WEB_STR)
		line(p, "x-bytes: [%" PRId64 ", %" PRId64 "]", a->min, a->max);
}

static void put_string(const struct page *p, const struct web_arg *a)
{
	const char *set = a->set ? a->set : "";

	put_type(p, a, "string");
	put_length(p, a);
	if (a->type == WEB_LABEL) {
		line(p, "pattern: \"^[^" LABEL_OUT "]*$\"");
		line(p, "x-label: true");
	} else if (a->type == WEB_WORD)
		line(p, "pattern: \"^[%sa-z0-9%s]*$\"",
		    a->flags & WEB_LOWER ? "" : "A-Z", set);
	else if (a->type == WEB_PRINTABLE)
		line(p, "pattern: \"^[ -~]*$\"");
	else if (a->type == WEB_URL)
		line(p, a->min ? "pattern: \"^" URL_PATTERN "$\""
			       : "pattern: \"^(" URL_PATTERN ")?$\"");
}

static void put_words(const struct page *p, const struct web_arg *a)
{
	struct str rest = str_of(a->set), word;
	char list[256] = "";
	size_t n = 0;

	while (rest.p) {
		word = str_cut(&rest, '|');
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%.*s",
		    n ? ", " : "", STR_ARG(word));
		BUG_ON(n >= sizeof(list));
	}
	line(p, "type: string");
	line(p, "enum: [%s]", list);
	if (a->type == WEB_ENUM && a->def)
		line(p, "default: %.*s", STR_ARG(str_word(a->set, a->def)));
}

static void put_list(const struct page *p, const struct web_arg *a)
{
	struct page items = deeper(p, 2);

	line(p, "type: array");
	if (a->min)
		line(p, "minItems: %" PRId64, a->min);
	if (a->max)
		line(p, "maxItems: %" PRId64, a->max);
	line(p, "items:");
	if (a->type == WEB_IDS)
		line(&items, REF("schemas/Id"));
	else if (a->type == WEB_ITEMS)
		line(&items, "type: object");
	else
		put_words(&items, a);
}

static void put_ints(const struct page *p, const struct web_arg *a)
{
	struct page items = deeper(p, 2);

	line(p, "type: array");
	line(p, "minItems: 1");
	line(p, "uniqueItems: true");
	line(p, "items:");
	line(&items, "type: integer");
	line(&items, "minimum: %" PRId64, a->min);
	line(&items, "maximum: %" PRId64, a->max);
}

static void put_object(const struct page *p, const struct web_arg *args,
    const char *type, bool top);

static void put_schema(const struct page *p, const struct web_arg *a)
{
	switch (a->type) {
	case WEB_ID:
		line(p, REF("schemas/Id"));
		break;
	case WEB_INT:
		put_number(p, a);
		break;
	case WEB_BOOL:
		put_type(p, a, "boolean");
		if (!(a->flags & WEB_REQUIRED))
			line(p, "default: %s", a->def ? "true" : "false");
		break;
	case WEB_TEXT:
		put_string(p, a);
		break;
	case WEB_ENUM:
		put_words(p, a);
		break;
	case WEB_IDS:
		put_list(p, a);
		break;
	case WEB_INTS:
		put_ints(p, a);
		break;
	case WEB_OBJECT:
		put_type(p, a, "object");
		if (a->max)
			line(p, "x-bytes: [0, %" PRId64 "]", a->max);
		break;
	case WEB_ITEMS:
		put_list(p, a);
		break;
	case WEB_VALUE:
		if (a->set)
			put_list(p, a);
		break;
	case WEB_STRUCT:
		put_object(p, a->of,
		    a->flags & WEB_NULLABLE ? "[object, \"null\"]" : "object",
		    false);
		break;
	}
}

/* top: only the arguments that are in the body. */
static void put_object(const struct page *p, const struct web_arg *args,
    const char *type, bool top)
{
	struct page names = deeper(p, 2), inner = deeper(p, 4);
	char list[512] = "";
	size_t n = 0;

	for (const struct web_arg *a = args; a->name; a++) {
		if ((top && a->in != WEB_BODY) || !(a->flags & WEB_REQUIRED))
			continue;
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
		    n ? ", " : "", a->name);
		BUG_ON(n >= sizeof(list));
	}
	line(p, "type: %s", type);
	line(p, "additionalProperties: false");
	if (n)
		line(p, "required: [%s]", list);
	line(p, "properties:");
	for (const struct web_arg *a = args; a->name; a++) {
		if (top && a->in != WEB_BODY)
			continue;
		line(&names, "%s:", a->name);
		put_text(&inner, a);
		put_schema(&inner, a);
	}
}

/* ---- routes ---- */

static bool has_arg(const struct web_route *r, enum web_in in)
{
	for (const struct web_arg *a = r->args; a && a->name; a++) {
		if (a->in == in)
			return true;
	}
	return false;
}

static bool takes_key(const struct web_route *r)
{
	return r->flags & (WEB_IDEMPOTENT | WEB_TAKES_KEY);
}

static void put_security(const struct page *p, const struct web_route *r)
{
	struct page items = deeper(p, 2);

	if (r->auth == WEB_AUTH_USER)
		return;
	line(p, r->auth == WEB_AUTH_NONE ? "security: []" : "security:");
	if (r->auth == WEB_AUTH_OPTIONAL)
		line(&items, "- {}");
	if (r->auth != WEB_AUTH_NONE)
		line(&items, "- appKey: []");
}

static void put_parameter(const struct page *p, const struct web_arg *a)
{
	struct page field = deeper(p, 4), schema = deeper(p, 6);

	line(p, "  - name: %s", a->name);
	line(&field, "in: %s", a->in == WEB_PATH ? "path" : "query");
	if (a->flags & WEB_REQUIRED)
		line(&field, "required: true");
	put_text(&field, a);
	if (a->type == WEB_IDS) {
		line(&field, "style: form");
		line(&field, "explode: false");
	}
	line(&field, "schema:");
	put_schema(&schema, a);
}

static void put_parameters(const struct page *p, const struct web_route *r)
{
	bool user = r->auth == WEB_AUTH_USER;

	if (!user && !takes_key(r) && !has_arg(r, WEB_PATH) &&
	    !has_arg(r, WEB_QUERY))
		return;
	line(p, "parameters:");
	for (const struct web_arg *a = r->args; a && a->name; a++) {
		if (a->in != WEB_BODY)
			put_parameter(p, a);
	}
	if (takes_key(r))
		line(p, "  - " REF("parameters/IdempotencyKey"));
	if (user)
		line(p, "  - " REF("parameters/ActAs"));
}

static void put_operation(struct buf *out, const struct web_route *r)
{
	struct page p = { out, r->name, 6 };

	line(&p, "operationId: %s", r->name);
	line(&p, "summary: \"%s\"", r->summary);
	put_security(&p, r);
	put_parameters(&p, r);
}

/* The failures that the pipeline may answer with. */
static void put_problems(struct buf *out, const struct web_route *r)
{
	char region[128];
	struct page p = { out, region, 8 };
	bool stores = r->auth != WEB_AUTH_NONE || r->rate != WEB_RATE_NONE;
	const struct {
		bool may;
		const char *text;
	} all[] = {
		{ true, "\"400\": { " REF("responses/Invalid") " }" },
		{ r->auth != WEB_AUTH_NONE,
		    "\"401\": { " REF("responses/Unauthenticated") " }" },
		{ has_arg(r, WEB_PATH),
		    "\"404\": { " REF("responses/NotFound") " }" },
		{ takes_key(r), "\"409\": { " REF("responses/Conflict") " }" },
		{ web_route_takes_body(r),
		    "\"413\": { " REF("responses/TooLarge") " }" },
		{ web_route_takes_body(r) && !(r->flags & WEB_RAW_TYPE),
		    "\"415\": { " REF("responses/UnsupportedType") " }" },
		{ stores, "\"429\": { " REF("responses/RateLimited") " }" },
		{ stores, "\"503\": { " REF("responses/Unavailable") " }" },
		{ true, "default: { " REF("responses/Problem") " }" },
	};

	snprintf(region, sizeof(region), "%s.problems", r->name);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].may)
			line(&p, "%s", all[i].text);
	}
}

static void put_body(struct buf *out, const struct web_route *r)
{
	struct page p = { out, "bodies", 4 }, inner = deeper(&p, 2);

	line(&p, "%s:", r->name);
	put_object(&inner, r->args, "object", true);
}

void web_print_openapi(const struct web_app *app, struct buf *out)
{
	WEB_EACH_ROUTE(r, app)
	{
		if (r->flags & (WEB_INTERNAL | WEB_UNLISTED))
			continue;
		put_operation(out, r);
		put_problems(out, r);
		if (has_arg(r, WEB_BODY))
			put_body(out, r);
	}
}
