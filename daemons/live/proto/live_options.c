#include "proto/live_options.h"

#include "base/buf.h"

enum live_route live_route_of(struct str path)
{
	if (str_is(path, "/v1/live"))
		return LIVE_WS;
	if (str_is(path, "/v1/live/events"))
		return LIVE_SSE;
	if (str_is(path, "/v1/live/poll"))
		return LIVE_POLL;
	return LIVE_NONE;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* STR_NONE when s is not well encoded or not text. */
static struct str decode(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);
	struct str out = { p, 0 };

	for (size_t i = 0; i < s.len; i++) {
		int c = (unsigned char)s.p[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			if (s.len - i < 3 || hex(s.p[i + 1]) < 0 ||
			    hex(s.p[i + 2]) < 0)
				return STR_NONE;
			c = hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]);
			i += 2;
		}
		if (!c)
			return STR_NONE;
		p[out.len++] = (char)c;
	}
	return str_is_utf8(out) ? out : STR_NONE;
}

struct str live_options_encode(struct arena *a, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *p = arena_alloc(a, s.len * 3 + 1);
	struct str out = { p, 0 };

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (str_is_alnum_or((struct str){ s.p + i, 1 }, "-._~")) {
			p[out.len++] = (char)c;
			continue;
		}
		p[out.len++] = '%';
		p[out.len++] = digits[c >> 4];
		p[out.len++] = digits[c & 15];
	}
	return out;
}

bool live_options_index(struct str text, int64_t *out)
{
	return str_to_int(text, out) && *out >= 0 && *out <= OPTIONS_INDEX_MAX;
}

static bool to_bool(struct str v, bool *out)
{
	*out = str_is(v, "true");
	return *out || str_is(v, "false");
}

static bool take_after(struct live_options *o, struct str v)
{
	return live_options_index(v, &o->after);
}

static bool take_stream_id(struct live_options *o, struct str v)
{
	o->stream_id = v;
	return v.len >= 1 && v.len <= 64 && str_is_printable(v, false);
}

static bool take_state(struct live_options *o, struct str v)
{
	o->background = str_is(v, "background");
	return o->background || str_is(v, "foreground");
}

static bool take_ticket(struct live_options *o, struct str v)
{
	o->ticket = v;
	return true;
}

static bool take_wait(struct live_options *o, struct str v)
{
	return str_to_int(v, &o->wait_s) && o->wait_s >= 0 &&
	       o->wait_s <= OPTIONS_WAIT_MAX_S;
}

static bool take_limit(struct live_options *o, struct str v)
{
	return str_to_int(v, &o->limit) && o->limit >= 1 && o->limit <= 200;
}

static bool take_users(struct live_options *o, struct str v)
{
	return to_bool(v, &o->users);
}

#define ALL ((1u << LIVE_WS) | (1u << LIVE_SSE) | (1u << LIVE_POLL))

static const struct option {
	const char *name;
	unsigned routes;
	bool (*take)(struct live_options *o, struct str v);
	const char *must;
} options[] = {
	{ "ticket", ALL, take_ticket, "a ticket" },
	{ "after", ALL, take_after, "an index" },
	{ "stream_id", ALL, take_stream_id, "a stream id" },
	{ "state", ALL, take_state, "foreground or background" },
	{ "wait_s", 1u << LIVE_POLL, take_wait, "0 to 60" },
	{ "limit", 1u << LIVE_POLL, take_limit, "1 to 200" },
	{ "users", 1u << LIVE_POLL, take_users, "true or false" },
};
#define N_OPTIONS (sizeof(options) / sizeof(options[0]))

static size_t find(enum live_route route, struct str name)
{
	size_t i = 0;

	while (i < N_OPTIONS && !((options[i].routes & (1u << route)) &&
				    str_is(name, options[i].name)))
		i++;
	return i;
}

/* The name of an unknown parameter goes back as it came, if it is text. */
static int unknown(struct arena *a, struct str name, struct error *err)
{
	if (!str_is_printable(name, true))
		name = STR("query");
	return err_field(err, ERR_INVALID_ARGUMENT, arena_str(a, name).p,
	    "unknown query parameter");
}

static int take_pair(struct arena *a, enum live_route route, struct str pair,
    struct live_options *o, unsigned *seen, struct error *err)
{
	struct str raw = str_cut(&pair, '='), name = decode(a, raw);
	struct str value = decode(a, pair.p ? pair : STR(""));
	size_t i = name.p ? find(route, name) : N_OPTIONS;

	if (i == N_OPTIONS)
		return unknown(a, raw, err);
	if (*seen & (1u << i))
		return err_field(err, ERR_INVALID_ARGUMENT, options[i].name,
		    "given twice");
	*seen |= 1u << i;
	if (!value.p || !options[i].take(o, value))
		return err_field(err, ERR_INVALID_ARGUMENT, options[i].name,
		    "must be %s", options[i].must);
	return 0;
}

int live_options_parse(struct arena *a, enum live_route route, struct str query,
    struct live_options *out, struct error *err)
{
	unsigned seen = 0;
	int rc = 0;

	*out = (struct live_options){ .after = -1, .wait_s = 25 };
	/* Goes on after a failure: the ticket may stand behind it. */
	while (query.p) {
		struct str pair = str_cut(&query, '&');
		struct error e;

		if (!pair.len || take_pair(a, route, pair, out, &seen, &e) == 0)
			continue;
		if (rc == 0)
			*err = e;
		rc = -1;
	}
	return rc;
}
