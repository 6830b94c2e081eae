/*
 * Checks a table of routes at start for mistakes that the compiler cannot
 * detect, rather than in the request that hits them.
 */
#include <string.h>

#include "web/route.h"

static size_t arg_size(const struct web_arg *a)
{
	switch (a->type) {
	case WEB_ID:
	case WEB_INT:
	case WEB_ENUM:
		return sizeof(int64_t);
	case WEB_BOOL:
		return sizeof(bool);
	case WEB_TEXT:
		return sizeof(struct str);
	case WEB_IDS:
	case WEB_INTS:
		return sizeof(struct web_ids);
	case WEB_OBJECT:
	case WEB_VALUE:
	case WEB_ITEMS:
		return sizeof(json_t *);
	case WEB_STRUCT:
		return 0;
	}
	return 0;
}

static const char *bounds_fault(const struct web_arg *a)
{
	switch (a->type) {
	case WEB_INT:
		if (a->min > a->max || (!a->min && !a->max))
			return "no bounds";
		break;
	case WEB_TEXT:
	case WEB_IDS:
	case WEB_INTS:
	case WEB_ITEMS:
		if (a->min < 0 || a->max < 1 || a->min > a->max)
			return "no bounds";
		break;
	case WEB_ENUM:
		if (!a->set || !*a->set)
			return "no set";
		break;
	case WEB_STRUCT:
		if (!a->of)
			return "no fields";
		break;
	default:
		break;
	}
	return NULL;
}

static const char *place_fault(const struct web_arg *args,
    const struct web_arg *a, size_t size)
{
	if (a->offset + arg_size(a) > size)
		return "outside of the struct";
	if (a->has < 0)
		return NULL;
	if ((size_t)a->has + sizeof(bool) > size)
		return "has: outside of the struct";
	/* An omitted `has` is 0, which is never valid; -1 means none. */
	for (const struct web_arg *b = args; b->name; b++) {
		ptrdiff_t at = (ptrdiff_t)b->offset;

		if (a->has >= at && a->has < at + (ptrdiff_t)arg_size(b))
			return "has: lies within another field";
	}
	return NULL;
}

static bool is_json_only(enum web_type type)
{
	return type == WEB_OBJECT || type == WEB_VALUE || type == WEB_ITEMS ||
	       type == WEB_INTS || type == WEB_STRUCT;
}

static void check_args(const struct web_route *r, const struct web_arg *args,
    bool nested, int depth)
{
	const char *fault;

	for (const struct web_arg *a = args; a && a->name; a++) {
		if (depth > 8)
			BUG("%s: %s: fields within themselves", r->name,
			    a->name);
		fault = bounds_fault(a);
		if (!fault)
			fault = place_fault(args, a, r->args_size);
		if (!fault && !nested && a->in != WEB_BODY &&
		    is_json_only(a->type))
			fault = "a type for bodies alone";
		if (!fault && !nested && a->in == WEB_BODY &&
		    !web_route_takes_body(r))
			fault = "a body argument of GET";
		if (!fault && !nested && a->in == WEB_BODY &&
		    r->flags & WEB_RAW_TYPE)
			fault = "a body argument of a raw body";
		if (fault)
			BUG("%s: %s: %s", r->name, a->name, fault);
		if (a->type == WEB_STRUCT)
			check_args(r, a->of, true, depth + 1);
	}
}

static bool has_path_arg(const struct web_route *r, struct str name)
{
	for (const struct web_arg *a = r->args; a && a->name; a++) {
		if (a->in == WEB_PATH && str_is(name, a->name))
			return true;
	}
	return false;
}

static void check_path(const struct web_route *r)
{
	struct str rest = str_of(r->path), segment;
	size_t n = 0;

	if (str_cut(&rest, '/').len || !rest.len)
		BUG("%s: bad path %s", r->name, r->path);
	while (rest.p) {
		segment = str_cut(&rest, '/');
		if (!segment.len)
			BUG("%s: bad path %s", r->name, r->path);
		if (segment.p[0] != '{')
			continue;
		n++;
		if (segment.len < 3 || segment.p[segment.len - 1] != '}' ||
		    !has_path_arg(r,
			(struct str){ segment.p + 1, segment.len - 2 }))
			BUG("%s: no argument for %.*s", r->name,
			    STR_ARG(segment));
	}
	for (const struct web_arg *a = r->args; a && a->name; a++)
		n -= a->in == WEB_PATH;
	if (n)
		BUG("%s: path arguments and placeholders differ", r->name);
}

static void check_distinct(const struct web_app *app, const struct web_route *r)
{
	WEB_EACH_ROUTE(s, app)
	{
		if (s == r)
			continue;
		if (!strcmp(s->name, r->name))
			BUG("%s: two routes", r->name);
		if (!strcmp(s->method, r->method) && !strcmp(s->path, r->path))
			BUG("%s, %s: one route twice", s->name, r->name);
	}
}

void web_check_routes(const struct web_app *app)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH",
		"DELETE" };

	WEB_EACH_ROUTE(r, app)
	{
		bool known = false;

		for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
			known |= !strcmp(r->method, methods[i]);
		if (!known || !r->path || !r->name || !r->handle)
			BUG("%s %s: not a route", r->method,
			    r->path ? r->path : "?");
		if (r->together && r->flags & (WEB_IDEMPOTENT | WEB_HEAVY))
			BUG("%s: such a route joins nobody", r->name);
		check_path(r);
		check_args(r, r->args, false, 0);
	}
	WEB_EACH_ROUTE(r, app)
	check_distinct(app, r);
}
