/*
 * sample_app: routes that use every feature of lib/web, for its tests: unit
 * tests and fuzzers in memory, tests/helpers/sample as a real FastCGI program.
 *
 * Credentials: "Bearer user" is user 7, "Bearer app" an app key, everything
 * else is refused.
 */
#ifndef UNIT_SAMPLE_APP_H
#define UNIT_SAMPLE_APP_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "io/json_writer.h"
#include "web/web.h"

#define SAMPLE_NO_HAS .has = -1

struct sample_list {
	int64_t limit, state;
	bool all;
	struct str q;
	struct web_ids ids;
};

static const struct web_arg sample_list_args[] = {
	{ WEB_QUERY, WEB_INT, "limit", offsetof(struct sample_list, limit),
	    .min = 1, .max = 200, .def = 50, SAMPLE_NO_HAS },
	{ WEB_QUERY, WEB_ENUM, "state", offsetof(struct sample_list, state),
	    .set = "new|old", SAMPLE_NO_HAS },
	{ WEB_QUERY, WEB_BOOL, "all", offsetof(struct sample_list, all),
	    SAMPLE_NO_HAS },
	{ WEB_QUERY, WEB_CHARS, "q", offsetof(struct sample_list, q), .min = 1,
	    .max = 5, SAMPLE_NO_HAS },
	{ WEB_QUERY, WEB_IDS, "ids", offsetof(struct sample_list, ids),
	    .min = 1, .max = 3, SAMPLE_NO_HAS },
	WEB_ARGS_END
};

struct sample_thing {
	int64_t id, size, colour, owner_id;
	bool has_size, has_settings, loud, has_photo;
	struct str name, word, client_id, bytes, photo;
	struct web_ids user_ids;
	json_t *meta, *any;
};

static const struct web_arg sample_settings_args[] = {
	{ WEB_BODY, WEB_ENUM, "colour", offsetof(struct sample_thing, colour),
	    .set = "red|green|blue", .def = 2, SAMPLE_NO_HAS },
	{ WEB_BODY, WEB_STR, "photo", offsetof(struct sample_thing, photo),
	    .min = 1, .max = 10, .flags = WEB_NULLABLE,
	    .has = offsetof(struct sample_thing, has_photo) },
	WEB_ARGS_END
};

#define SAMPLE_THING_ARGS                                                      \
	{ WEB_BODY, WEB_CHARS, "name", offsetof(struct sample_thing, name),    \
		.min = 1, .max = 8, .flags = WEB_REQUIRED, SAMPLE_NO_HAS },    \
	    { WEB_BODY, WEB_INT, "size", offsetof(struct sample_thing, size),  \
		    .min = -5, .max = 100, .def = 3,                           \
		    .has = offsetof(struct sample_thing, has_size) },          \
	    { WEB_BODY, WEB_BOOL, "loud", offsetof(struct sample_thing, loud), \
		    SAMPLE_NO_HAS },                                           \
	    { WEB_BODY, WEB_ID, "owner_id",                                    \
		    offsetof(struct sample_thing, owner_id),                   \
		    .flags = WEB_NULLABLE, SAMPLE_NO_HAS },                    \
	    { WEB_BODY, WEB_WORD, "word", offsetof(struct sample_thing, word), \
		    .min = 1, .max = 8, .set = "._-", SAMPLE_NO_HAS },         \
	    { WEB_BODY, WEB_PRINTABLE, "client_id",                            \
		    offsetof(struct sample_thing, client_id), .min = 1,        \
		    .max = 64, SAMPLE_NO_HAS },                                \
	    { WEB_BODY, WEB_STR, "bytes",                                      \
		    offsetof(struct sample_thing, bytes), .min = 0, .max = 4,  \
		    SAMPLE_NO_HAS },                                           \
	    { WEB_BODY, WEB_IDS, "user_ids",                                   \
		    offsetof(struct sample_thing, user_ids), .min = 0,         \
		    .max = 4, SAMPLE_NO_HAS },                                 \
	    { WEB_BODY, WEB_OBJECT, "meta",                                    \
		    offsetof(struct sample_thing, meta), .max = 32,            \
		    SAMPLE_NO_HAS },                                           \
	    { WEB_BODY, WEB_VALUE, "any", offsetof(struct sample_thing, any),  \
		    SAMPLE_NO_HAS },                                           \
	{                                                                      \
		WEB_BODY, WEB_STRUCT, "settings", 0,                           \
		    .of = sample_settings_args,                                \
		    .has = offsetof(struct sample_thing, has_settings)         \
	}

static const struct web_arg sample_thing_args[] = { SAMPLE_THING_ARGS,
	WEB_ARGS_END };

static const struct web_arg sample_id_args[] = {
	{ WEB_PATH, WEB_ID, "id", offsetof(struct sample_thing, id),
	    .flags = WEB_REQUIRED, SAMPLE_NO_HAS },
	WEB_ARGS_END
};

static const struct web_arg sample_patch_args[] = {
	{ WEB_PATH, WEB_ID, "id", offsetof(struct sample_thing, id),
	    .flags = WEB_REQUIRED, SAMPLE_NO_HAS },
	{ WEB_BODY, WEB_INT, "size", offsetof(struct sample_thing, size),
	    .min = -5, .max = 100, SAMPLE_NO_HAS },
	WEB_ARGS_END
};

/* Not in the order of the placeholders. */
static const struct web_arg sample_mark_args[] = {
	{ WEB_PATH, WEB_STR, "mark", offsetof(struct sample_thing, bytes),
	    .min = 1, .max = 8, .flags = WEB_REQUIRED, SAMPLE_NO_HAS },
	{ WEB_PATH, WEB_ID, "id", offsetof(struct sample_thing, id),
	    .flags = WEB_REQUIRED, SAMPLE_NO_HAS },
	WEB_ARGS_END
};

/* Requests a failure: code is a position in this set. */
#define SAMPLE_FAILURES "conflict|busy|internal|rate_limited|none|open|empty"

static const struct web_arg sample_fail_args[] = {
	{ WEB_BODY, WEB_ENUM, "code", offsetof(struct sample_thing, colour),
	    .set = SAMPLE_FAILURES, .flags = WEB_REQUIRED, SAMPLE_NO_HAS },
	WEB_ARGS_END
};

static _Thread_local int sample_calls; /* handlers run */
static bool sample_rate_is_used_up;

static int sample_list(struct web_request *rq, struct error *err)
{
	const struct sample_list *args = rq->args;

	(void)err;
	sample_calls++;
	json_begin(rq->out);
	json_put_int(rq->out, "limit", args->limit);
	json_put_int(rq->out, "state", args->state);
	json_put_bool(rq->out, "all", args->all);
	json_put_str(rq->out, "q", args->q);
	json_key(rq->out, "ids");
	json_begin_list(rq->out);
	for (size_t i = 0; i < args->ids.n; i++)
		json_id(rq->out, args->ids.v[i]);
	json_end_list(rq->out);
	json_end(rq->out);
	return 0;
}

static int sample_show(struct web_request *rq, struct error *err)
{
	const struct sample_thing *args = rq->args;

	(void)err;
	sample_calls++;
	json_begin(rq->out);
	json_put_id(rq->out, "id", args->id);
	json_put_str(rq->out, "name", args->name);
	json_put_str(rq->out, "mark", args->bytes);
	json_put_int(rq->out, "size", args->size);
	json_end(rq->out);
	web_etag(rq, 7);
	return 0;
}

static int sample_create(struct web_request *rq, struct error *err)
{
	web_created(rq);
	return sample_show(rq, err);
}

static int sample_patch(struct web_request *rq, struct error *err)
{
	int64_t version;

	if (web_if_match(rq, &version, err) < 0)
		return -1;
	if (version && version != 7)
		return err_set(err, ERR_PRECONDITION_FAILED, "has changed");
	return sample_show(rq, err);
}

static int sample_delete(struct web_request *rq, struct error *err)
{
	(void)err;
	sample_calls++;
	web_no_content(rq);
	return 0;
}

static int sample_mine(struct web_request *rq, struct error *err)
{
	(void)err;
	sample_calls++;
	json_begin(rq->out);
	json_put_id(rq->out, "user_id", rq->caller.user_id);
	json_put_bool(rq->out, "is_app", rq->caller.is_app);
	json_end(rq->out);
	return 0;
}

static int sample_numbers(struct web_request *rq, int n)
{
	json_begin(rq->out);
	json_key(rq->out, "items");
	json_begin_list(rq->out);
	for (int i = 0; i < n; i++)
		json_int(rq->out, i);
	json_end_list(rq->out);
	json_end(rq->out);
	return 0;
}

/* An answer over 1 KiB. */
static int sample_big(struct web_request *rq, struct error *err)
{
	(void)err;
	return sample_numbers(rq, 1000);
}

/* One that no socket buffer takes whole. */
static int sample_huge(struct web_request *rq, struct error *err)
{
	(void)err;
	return sample_numbers(rq, 500000);
}

/* Sleeps for `wait` ms; for tests of the pool. */
static const struct web_arg sample_slow_args[] = {
	{ WEB_QUERY, WEB_INT, "ms", offsetof(struct sample_thing, size),
	    .min = 0, .max = 10000, SAMPLE_NO_HAS },
	WEB_ARGS_END
};

static int sample_slow(struct web_request *rq, struct error *err)
{
	const struct sample_thing *args = rq->args;
	int64_t until = clock_mono_ms() + args->size;

	while (clock_mono_ms() < until)
		clock_sleep_ms(until - clock_mono_ms());
	return sample_mine(rq, err);
}

/* Takes as long as the file "hold" is in [run] dir. */
static int sample_heavy(struct web_request *rq, struct error *err)
{
	char path[1200];

	snprintf(path, sizeof(path), "%s/hold", conf.run.dir);
	while (access(path, F_OK) == 0)
		clock_sleep_ms(10);
	return sample_mine(rq, err);
}

/*
 * Several at once: `id` is given back with how many there were.  Those with
 * hold=true take as long as the file "hold" is in [run] dir.
 */
struct sample_joint {
	int64_t id, n;
	bool hold, fails;
};

static const struct web_arg sample_joint_args[] = {
	{ WEB_QUERY, WEB_INT, "id", offsetof(struct sample_joint, id), .min = 0,
	    .max = 1000, SAMPLE_NO_HAS },
	{ WEB_QUERY, WEB_BOOL, "hold", offsetof(struct sample_joint, hold),
	    SAMPLE_NO_HAS },
	{ WEB_QUERY, WEB_BOOL, "fails", offsetof(struct sample_joint, fails),
	    SAMPLE_NO_HAS },
	WEB_ARGS_END
};

static int sample_joint(struct web_request *rq, struct error *err)
{
	const struct sample_joint *args = rq->args;
	struct sample_joint *j = arena_alloc(rq->arena, sizeof(*j));

	if (args->id == 1000)
		return err_set(err, ERR_CONFLICT, "not this one");
	*j = *args;
	web_join(rq, j);
	return 0;
}

static void sample_work(struct web_request *const *rqs, size_t n,
    void (*done)(void *arg, struct web_request *rq), void *arg)
{
	struct web_request *held[16];
	size_t n_held = 0;
	char path[1200];

	for (size_t i = 0; i < n; i++) {
		struct sample_joint *j = rqs[i]->prepared;

		j->n = (int64_t)n;
		if (j->hold)
			held[n_held++] = rqs[i];
		else
			done(arg, rqs[i]);
	}
	snprintf(path, sizeof(path), "%s/hold", conf.run.dir);
	while (n_held && access(path, F_OK) == 0)
		clock_sleep_ms(10);
	while (n_held)
		done(arg, held[--n_held]);
}

static int sample_finish(struct web_request *rq, struct error *err)
{
	const struct sample_joint *j = rq->prepared;

	if (j->fails)
		return err_set(err, ERR_NOT_FOUND, "there is none");
	json_begin(rq->out);
	json_put_int(rq->out, "id", j->id);
	json_put_int(rq->out, "n", j->n);
	json_end(rq->out);
	return 0;
}

static const struct web_together sample_together = { sample_work,
	sample_finish };

static int sample_raw(struct web_request *rq, struct error *err)
{
	(void)err;
	web_content_type(rq, "text/plain");
	buf_str(rq->buf, rq->raw_body);
	return 0;
}

static int sample_health(struct web_request *rq, struct error *err)
{
	(void)err;
	json_begin(rq->out);
	json_put_cstr(rq->out, "status", "down");
	json_end(rq->out);
	web_unavailable(rq);
	return 0;
}

static int sample_fail(struct web_request *rq, struct error *err)
{
	const struct sample_thing *args = rq->args;

	sample_calls++;
	if (args->colour == 7)
		return 0;
	json_begin(rq->out);
	json_put_cstr(rq->out, "half", "an answer");
	web_etag(rq, 1);
	switch (args->colour) {
	case 1:
		return err_field(err, ERR_CONFLICT, "name", "taken");
	case 2:
		err_set(err, ERR_BUSY, "the store is down");
		err->retry_after_ms = 2001;
		return -1;
	case 3:
		return err_set(err, ERR_INTERNAL, "secret text");
	case 4:
		return err_set(err, ERR_RATE_LIMITED, "slower");
	case 5:
		return -1;
	default:
		return 0;
	}
}

#define SAMPLE_ROUTE(m, p, title, a, r, f, fields, S, function)                \
	{                                                                      \
		.method = m, .path = p, .name = title, .summary = "A sample.", \
		.auth = a, .rate = r, .flags = f, .args = fields,              \
		.args_size = sizeof(struct S), .handle = function              \
	}

/* Paths of the same shape, and methods of the same path, in two groups. */
static const struct web_route sample_thing_routes[] = {
	SAMPLE_ROUTE("GET", "/v1/things", "thing.list", WEB_AUTH_USER,
	    WEB_RATE_READ, 0, sample_list_args, sample_list, sample_list),
	SAMPLE_ROUTE("POST", "/v1/things", "thing.create", WEB_AUTH_USER,
	    WEB_RATE_READ, WEB_IDEMPOTENT, sample_thing_args, sample_thing,
	    sample_create),
	SAMPLE_ROUTE("GET", "/v1/things/{id}", "thing.get", WEB_AUTH_USER,
	    WEB_RATE_READ, 0, sample_id_args, sample_thing, sample_show),
	WEB_ROUTES_END,
};

static const struct web_route sample_change_routes[] = {
	SAMPLE_ROUTE("GET", "/v1/things/mine", "thing.mine", WEB_AUTH_USER,
	    WEB_RATE_READ, 0, NULL, sample_thing, sample_mine),
	SAMPLE_ROUTE("PATCH", "/v1/things/{id}", "thing.patch", WEB_AUTH_USER,
	    WEB_RATE_READ, 0, sample_patch_args, sample_thing, sample_patch),
	SAMPLE_ROUTE("DELETE", "/v1/things/{id}", "thing.delete", WEB_AUTH_USER,
	    WEB_RATE_READ, 0, sample_id_args, sample_thing, sample_delete),
	SAMPLE_ROUTE("PUT", "/v1/things/{id}/marks/{mark}", "thing.mark",
	    WEB_AUTH_USER, WEB_RATE_READ, 0, sample_mark_args, sample_thing,
	    sample_show),
	WEB_ROUTES_END,
};

static const struct web_route sample_other_routes[] = {
	SAMPLE_ROUTE("POST", "/v1/fail", "fail", WEB_AUTH_USER, WEB_RATE_READ,
	    WEB_IDEMPOTENT, sample_fail_args, sample_thing, sample_fail),
	SAMPLE_ROUTE("GET", "/v1/big", "big", WEB_AUTH_NONE, WEB_RATE_NONE, 0,
	    NULL, sample_thing, sample_big),
	SAMPLE_ROUTE("GET", "/v1/huge", "huge", WEB_AUTH_NONE, WEB_RATE_NONE, 0,
	    NULL, sample_thing, sample_huge),
	SAMPLE_ROUTE("GET", "/v1/slow", "slow", WEB_AUTH_NONE, WEB_RATE_NONE, 0,
	    sample_slow_args, sample_thing, sample_slow),
	SAMPLE_ROUTE("POST", "/v1/heavy", "heavy", WEB_AUTH_USER, WEB_RATE_READ,
	    WEB_HEAVY | WEB_IDEMPOTENT, NULL, sample_thing, sample_heavy),
	SAMPLE_ROUTE("GET", "/v1/maybe", "maybe", WEB_AUTH_OPTIONAL,
	    WEB_RATE_NONE, 0, NULL, sample_thing, sample_mine),
	SAMPLE_ROUTE("POST", "/v1/maybe", "maybe.post", WEB_AUTH_OPTIONAL,
	    WEB_RATE_NONE, WEB_IDEMPOTENT, NULL, sample_thing, sample_mine),
	SAMPLE_ROUTE("GET", "/v1/app", "app", WEB_AUTH_APP, WEB_RATE_NONE, 0,
	    sample_list_args, sample_list, sample_mine),
	SAMPLE_ROUTE("GET", "/v1/health", "health", WEB_AUTH_NONE,
	    WEB_RATE_NONE, WEB_QUIET, NULL, sample_thing, sample_health),
	{ .method = "POST",
	    .path = "/v1/raw",
	    .name = "raw",
	    .summary = "A sample.",
	    .flags = WEB_RAW_TYPE,
	    .body_max = 100,
	    .handle = sample_raw },
	{ .method = "GET",
	    .path = "/v1/joint",
	    .name = "joint",
	    .summary = "A sample.",
	    .args = sample_joint_args,
	    .args_size = sizeof(struct sample_joint),
	    .handle = sample_joint,
	    .together = &sample_together },
	SAMPLE_ROUTE("POST", "/internal/ping", "internal.ping", WEB_AUTH_NONE,
	    WEB_RATE_NONE, WEB_INTERNAL, NULL, sample_thing, sample_mine),
	WEB_ROUTES_END,
};

static const struct web_route *const sample_groups[] = { sample_thing_routes,
	sample_change_routes, sample_other_routes, NULL };

static int sample_authenticate(struct web_request *rq, struct error *err)
{
	bool is_app = str_is(rq->authorization, "Bearer app");

	if (!is_app && !str_is(rq->authorization, "Bearer user") &&
	    !rq->gateway_session)
		return err_set(err, ERR_UNAUTHENTICATED, "not a token");
	rq->caller.app_id = 1;
	rq->caller.is_app = is_app;
	if (!is_app)
		rq->caller.user_id = 7;
	else
		str_to_id(rq->act_as, &rq->caller.user_id);
	return 0;
}

static int sample_rate(struct web_request *rq, enum web_rate rate,
    struct error *err)
{
	(void)rq;
	if (!sample_rate_is_used_up || rate == WEB_RATE_NONE)
		return 0;
	err_set(err, ERR_RATE_LIMITED, "too many");
	err->retry_after_ms = 1500;
	return -1;
}

/* The store rolls back the first run. */
static bool sample_is_rerun;

/* Stores one key. */
static struct {
	char key[64];
	uint8_t hash[32];
	int status; /* 0: none stored */
	char body[1024];
} sample_kept;

static int sample_once(struct web_request *rq, const uint8_t *hash,
    int (*work)(struct web_request *rq, struct error *err), int *status_out,
    struct str *body_out, struct error *err)
{
	char key[64] = "";

	memcpy(key, rq->idempotency_key.p, rq->idempotency_key.len);
	if (sample_kept.status && !memcmp(key, sample_kept.key, 64)) {
		if (memcmp(hash, sample_kept.hash, 32))
			return err_field(err, ERR_CONFLICT, "Idempotency-Key",
			    "another request");
		*status_out = sample_kept.status;
		*body_out = str_of(sample_kept.body);
		return 1;
	}
	sample_kept.status = 0;
	if (sample_is_rerun) {
		work(rq, err);
		sample_calls--;
	}
	if (work(rq, err) < 0)
		return -1;
	memcpy(sample_kept.key, key, 64);
	memcpy(sample_kept.hash, hash, 32);
	sample_kept.status = rq->status;
	snprintf(sample_kept.body, sizeof(sample_kept.body), "%.*s",
	    STR_ARG(buf_view(rq->buf)));
	return 0;
}

static bool sample_origin_allowed(struct web_request *rq, struct str origin)
{
	(void)rq;
	/* Deliberately lax: harmful values must be rejected before. */
	return str_starts(origin, "https://good.example");
}

static const struct web_app sample_app = {
	.name = "sample",
	.groups = sample_groups,
	.authenticate = sample_authenticate,
	.rate = sample_rate,
	.once = sample_once,
	.origin_allowed = sample_origin_allowed,
};

#endif
