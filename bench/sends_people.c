#include "sends.h"

#include <inttypes.h>

#include "io/json.h"

#define PASSWORD "bench-password"

/* A member of an answer, or of an object in it. */
static const json_t *parsed(struct arena *a, struct str text)
{
	struct error err;
	json_t *v;

	if (json_parse(a, text, false, &v, &err) < 0)
		die(EX_PROTOCOL, "an answer that is no JSON");
	return v;
}

static void log_in(struct arena *a, const struct target *t, const char *app,
    struct person *p)
{
	const json_t *v;
	struct str body = arena_printf(a,
	    "{\"app\":\"%s\",\"username\":\"%s\","
	    "\"password\":\"" PASSWORD "\"}",
	    app, p->username);

	http_call(a, t, "POST", "/v1/users", STR_NONE, body, 201, 409);
	body = arena_printf(a,
	    "{\"app\":\"%s\",\"username\":\"%s\","
	    "\"password\":\"" PASSWORD "\",\"device\":{\"id\":\"bench\","
	    "\"platform\":\"other\"}}",
	    app, p->username);
	v = parsed(a,
	    http_call(a, t, "POST", "/v1/sessions", STR_NONE, body, 201, 201));
	snprintf(p->token, sizeof(p->token), "%.*s",
	    STR_ARG(json_get_str(v, "token")));
	p->user_id = json_get_id(json_object_get(v, "user"), "user_id");
}

static int64_t chat_with(struct arena *a, const struct target *t,
    const struct person *p, const struct person *peer)
{
	struct str body = arena_printf(a,
	    "{\"kind\":\"direct\",\"members\":[\"%" PRId64 "\"]}",
	    peer->user_id);

	return json_get_id(parsed(a,
			       http_call(a, t, "POST", "/v1/conversations",
				   str_of(p->token), body, 201, 200)),
	    "conv_id");
}

void people_make(struct arena *a, const struct target *t, const char *app,
    struct person *people, size_t n, size_t n_convs)
{
	for (size_t i = 0; i < n; i++) {
		struct person *p = &people[i];

		snprintf(p->username, sizeof(p->username), "bench-%zu", i);
		log_in(a, t, app, p);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 1; j <= n_convs && j < n; j++)
			people[i].convs[people[i].n_convs++] = chat_with(a, t,
			    &people[i], &people[(i + j) % n]);
}
