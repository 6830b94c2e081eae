#include "web/route.h"

#include <string.h>

#include "http/percent.h"

/* What a placeholder may stand for; see route.h. */
static bool is_segment(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = (unsigned char)s.p[i];

		if (c == '%') {
			c = http_percent_byte(
			    (struct str){ s.p + i, s.len - i });
			if (c == '/')
				return false;
			i += 2;
		}
		if (c <= 0)
			return false;
	}
	return s.len > 0;
}

static bool is_placeholder(struct str segment)
{
	return segment.len && segment.p[0] == '{';
}

/* Takes the next segment from *path, which begins with a slash. */
static struct str next_segment(struct str *path)
{
	struct str rest = { path->p + 1, path->len - 1 }, segment;
	ptrdiff_t end = str_find(rest, '/');

	segment = rest;
	if (end >= 0)
		segment.len = (size_t)end;
	path->p += 1 + segment.len;
	path->len -= 1 + segment.len;
	return segment;
}

/* Fills values in the order of the placeholders; values may be NULL. */
static bool matches(const char *pattern, struct str path, struct str *values)
{
	struct str want = str_of(pattern);
	size_t n = 0;

	while (want.len && path.len && path.p[0] == '/') {
		struct str w = next_segment(&want), got = next_segment(&path);

		if (!is_placeholder(w)) {
			if (!str_eq(w, got))
				return false;
			continue;
		}
		if (!is_segment(got))
			return false;
		if (values && n < WEB_PLACEHOLDERS_MAX)
			values[n++] = got;
	}
	return !want.len && !path.len;
}

/*
 * Compares two patterns, taking all placeholders as equal: below 0 if a takes
 * precedence, 0 if they match the same paths.
 */
static int shape_cmp(const char *a, const char *b)
{
	struct str x = str_of(a), y = str_of(b);

	while (x.len && y.len) {
		struct str p = next_segment(&x), q = next_segment(&y);
		int d = is_placeholder(p) - is_placeholder(q);

		if (!d && !is_placeholder(p))
			d = str_cmp(p, q);
		if (d)
			return d;
	}
	return (x.len > 0) - (y.len > 0);
}

static bool is_visible(const struct web_request *rq,
    const struct web_route *route)
{
	return rq->internal || !(route->flags & WEB_INTERNAL);
}

static bool has_method(const struct web_route *route, struct str method)
{
	if (str_is(method, "HEAD"))
		return !strcmp(route->method, "GET");
	return str_is(method, route->method);
}

/* By name, as a table may list its arguments in any order. */
static void order_values(struct web_match *m, const struct str *found)
{
	struct str pattern = str_of(m->route->path);
	size_t n = 0, at = 0;

	while (pattern.len) {
		struct str name = next_segment(&pattern);

		if (!is_placeholder(name) || n == WEB_PLACEHOLDERS_MAX)
			continue;
		name = (struct str){ name.p + 1, name.len - 2 };
		at = 0;
		for (const struct web_arg *a = m->route->args; a && a->name;
		     a++) {
			if (a->in != WEB_PATH)
				continue;
			if (str_is(name, a->name))
				m->values[at] = found[n];
			at++;
		}
		n++;
	}
}

void web_route_find(const struct web_request *rq, struct web_match *out)
{
	struct str values[WEB_PLACEHOLDERS_MAX] = { STR_NONE };

	*out = (struct web_match){ .path = NULL };
	WEB_EACH_ROUTE(r, rq->app)
	{
		if (!is_visible(rq, r) || !matches(r->path, rq->path, NULL))
			continue;
		if (!out->path || shape_cmp(r->path, out->path->path) < 0)
			out->path = r;
	}
	if (!out->path)
		return;
	WEB_EACH_ROUTE(r, rq->app)
	{
		if (is_visible(rq, r) && has_method(r, rq->method) &&
		    !shape_cmp(r->path, out->path->path))
			out->route = r;
	}
	if (!out->route)
		return;
	matches(out->route->path, rq->path, values);
	order_values(out, values);
}

struct str web_route_methods(const struct web_request *rq,
    const struct web_route *path)
{
	struct str list = STR_NONE;

	WEB_EACH_ROUTE(r, rq->app)
	{
		if (!is_visible(rq, r) || shape_cmp(r->path, path->path))
			continue;
		list = arena_printf(rq->arena, "%.*s%s%s", STR_ARG(list),
		    r->method, strcmp(r->method, "GET") ? ", " : ", HEAD, ");
	}
	return arena_printf(rq->arena, "%.*sOPTIONS", STR_ARG(list));
}

size_t web_route_body_max(const struct web_route *route)
{
	return route->body_max ? route->body_max : WEB_BODY_MAX;
}

bool web_route_takes_body(const struct web_route *route)
{
	return strcmp(route->method, "GET") != 0;
}

void web_print_routes(const struct web_app *app, struct buf *out)
{
	static const char *const auths[] = {
		[WEB_AUTH_NONE] = "none",
		[WEB_AUTH_OPTIONAL] = "optional",
		[WEB_AUTH_USER] = "user",
		[WEB_AUTH_APP] = "app",
	};

	WEB_EACH_ROUTE(r, app)
	buf_printf(out, "%s %s %s %s%s\n", r->method, r->path, r->name,
	    auths[r->auth], r->flags & WEB_UNLISTED ? " unlisted" : "");
}
