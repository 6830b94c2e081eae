#include "push/endpoint.h"

#include <string.h>
#include <strings.h>

#include "base/conf.h"

#define SCHEME_LEN (sizeof("https://") - 1)

struct origin {
	struct str host, port;
};

/* An IPv6 address is in brackets. */
static struct origin split(struct str s)
{
	struct origin o = { s, STR("443") };

	for (size_t i = s.len; i-- > 0 && s.p[i] != ']';) {
		if (s.p[i] != ':')
			continue;
		o.host = (struct str){ s.p, i };
		o.port = (struct str){ s.p + i + 1, s.len - i - 1 };
		break;
	}
	return o;
}

static bool is_same(struct str a, struct str b)
{
	return a.len == b.len && strncasecmp(a.p, b.p, a.len) == 0;
}

static bool ends_with(struct str s, struct str end)
{
	return s.len > end.len &&
	       is_same((struct str){ s.p + s.len - end.len, end.len }, end);
}

static bool is_allowed_by(const struct origin *o, struct str rule)
{
	struct origin r = split(rule);

	if (!is_same(o->port, r.port))
		return false;
	if (str_starts(r.host, "*."))
		return ends_with(o->host,
		    (struct str){ r.host.p + 1, r.host.len - 1 });
	return is_same(o->host, r.host);
}

/* Of a URL that str_is_https_url(). */
static struct origin origin_of(struct str url)
{
	struct str s = { url.p + SCHEME_LEN, url.len - SCHEME_LEN };

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '/' || s.p[i] == '?')
			s.len = i;
	}
	return split(s);
}

const char *push_endpoint_fault(struct str url)
{
	struct str rules = str_of(conf.push.webpush_hosts);
	struct origin o;

	if (!str_is_https_url(url) || str_find(url, '#') >= 0)
		return "an endpoint is an https URL";
	o = origin_of(url);
	/* Nothing that another reader of URLs may take for something else. */
	if (!str_is_alnum_or(o.host, ".-[]:") || !str_is_alnum_or(o.port, ""))
		return "an endpoint is an https URL";
	while (rules.p && rules.len) {
		struct str rule = str_trim(str_cut(&rules, ','));

		if (rule.len && is_allowed_by(&o, rule))
			return NULL;
	}
	return "endpoints at this host are not allowed";
}

struct str push_endpoint_origin(struct arena *a, struct str url)
{
	struct origin o = origin_of(url);
	char *host = arena_memdup(a, o.host.p, o.host.len);

	for (size_t i = 0; i < o.host.len; i++)
		if (host[i] >= 'A' && host[i] <= 'Z')
			host[i] = (char)(host[i] - 'A' + 'a');
	if (str_is(o.port, "443"))
		return arena_printf(a, "https://%s", host);
	return arena_printf(a, "https://%s:%.*s", host, STR_ARG(o.port));
}
