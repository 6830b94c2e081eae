#include "proto/live_options.h"

#include "http/query.h"

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

static bool take_chat(struct live_options *o, struct str v)
{
	return str_to_id(v, &o->chat_id);
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
	{ "conv_id", ALL, take_chat, "the id of a conversation" },
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

static int take_param(struct arena *a, enum live_route route,
    const struct http_param *p, struct live_options *o, unsigned *seen,
    struct error *err)
{
	size_t i = find(route, p->name);

	if (i == N_OPTIONS)
		return err_field(err, ERR_INVALID_ARGUMENT,
		    arena_str(a, p->name).p, "unknown query parameter");
	if (*seen & (1u << i))
		return err_field(err, ERR_INVALID_ARGUMENT, options[i].name,
		    "given twice");
	*seen |= 1u << i;
	if (!options[i].take(o, p->value))
		return err_field(err, ERR_INVALID_ARGUMENT, options[i].name,
		    "must be %s", options[i].must);
	return 0;
}

int live_options_parse(struct arena *a, enum live_route route, struct str query,
    struct live_options *out, struct error *err)
{
	unsigned seen = 0;
	struct http_param p;
	struct error e;
	int more, rc = 0;

	*out = (struct live_options){ .after = -1, .wait_s = 25 };
	/* Continues after an error: the ticket may follow. */
	while ((more = http_query_next(a, &query, &p, &e)) != 0) {
		if (more > 0 && take_param(a, route, &p, out, &seen, &e) == 0)
			continue;
		if (rc == 0)
			*err = e;
		rc = -1;
	}
	if (out->background)
		out->chat_id = 0;
	return rc;
}
