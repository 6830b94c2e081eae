#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sample_call.h"

static struct call c;

static int set_up(void **state)
{
	(void)state;
	call_init(&c);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	call_release(&c);
	return 0;
}

#define BODY "{\"name\":\"a\"}"

static int keyed(const char *key, const char *target, const char *body)
{
	call_begin(&c, "POST", target);
	if (body)
		call_body(&c, body);
	web_param(c.rq, STR("HTTP_IDEMPOTENCY_KEY"), str_of(key));
	return call_end(&c);
}

static void idempotency(void **state)
{
	char first[512];

	(void)state;
	assert_int_equal(keyed("k1", "/v1/things", BODY), 201);
	assert_null(call_header(&c, "Idempotent-Replayed"));
	snprintf(first, sizeof(first), "%.*s", STR_ARG(c.body));
	/* equal by value; the rate is not applied again */
	sample_rate_is_used_up = true;
	assert_int_equal(keyed("k1", "/v1/things",
			     "{\"size\":3,\"name\":\"a\"}"),
	    409);
	assert_int_equal(keyed("k1", "/v1/things", " {\"n\\u0061me\": \"a\"}"),
	    201);
	assert_string_equal(call_header(&c, "Idempotent-Replayed"), "true");
	assert_string_equal(call_header(&c, "Content-Type"),
	    "application/json");
	assert_true(str_is(c.body, first));
	assert_int_equal(sample_calls, 1);
	sample_rate_is_used_up = false;

	/* refused before the key is checked */
	assert_int_equal(keyed("k1", "/v1/things", "{}"), 400);
	/* another path */
	assert_int_equal(keyed("k1", "/v1/fail", "{\"code\":\"busy\"}"), 409);
	/* routes without the flag ignore it */
	call_begin(&c, "PATCH", "/v1/things/5");
	web_param(c.rq, STR("HTTP_IDEMPOTENCY_KEY"), STR("k1"));
	assert_int_equal(call_end(&c), 200);
	assert_null(call_header(&c, "Idempotent-Replayed"));
}

static void idempotency_of_failures(void **state)
{
	(void)state;
	/* final failures are stored */
	assert_int_equal(keyed("k1", "/v1/fail", "{\"code\":\"conflict\"}"),
	    409);
	assert_int_equal(sample_kept.status, 409);
	assert_int_equal(keyed("k1", "/v1/fail", "{\"code\":\"conflict\"}"),
	    409);
	assert_string_equal(call_header(&c, "Idempotent-Replayed"), "true");
	assert_string_equal(call_header(&c, "Content-Type"),
	    "application/problem+json");
	assert_string_equal(call_text(&c, "detail"), "taken");
	assert_int_equal(sample_calls, 1);
	/* temporary ones release the key */
	assert_int_equal(keyed("k2", "/v1/fail", "{\"code\":\"busy\"}"), 503);
	assert_int_equal(sample_kept.status, 0);
	assert_int_equal(keyed("k3", "/v1/fail", "{\"code\":\"rate_limited\"}"),
	    429);
	assert_int_equal(sample_kept.status, 0);
	sample_rate_is_used_up = true;
	assert_int_equal(keyed("k4", "/v1/things", BODY), 429);
	assert_int_equal(sample_kept.status, 0);
	sample_rate_is_used_up = false;
	assert_int_equal(keyed("k5", "/v1/fail", "{\"code\":\"internal\"}"),
	    500);
	assert_int_equal(sample_kept.status, 0);
}

/* A run that was rolled back leaves nothing in the answer. */
static void a_rerun_answers_once(void **state)
{
	char first[512];

	(void)state;
	assert_int_equal(keyed("k8", "/v1/things", BODY), 201);
	snprintf(first, sizeof(first), "%.*s", STR_ARG(c.body));
	sample_is_rerun = true;
	assert_int_equal(keyed("k9", "/v1/things", BODY), 201);
	sample_is_rerun = false;
	assert_true(str_is(c.body, first));
}

static void idempotency_keys(void **state)
{
	static const char *const bad[] = { "", "a\tb", "\xc3\xa9",
		"1234567890123456789012345678901234567890123456789012345678"
		"9012345" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(keyed(bad[i], "/v1/things", BODY), 400);
		assert_string_equal(call_text(&c, "field"), "Idempotency-Key");
	}
	assert_int_equal(sample_calls, 0);
	assert_int_equal(keyed(NULL, "/v1/things", BODY), 201);
	assert_int_equal(sample_kept.status, 0);
}

/* A sign-up has no user, but a key. */
static void not_only_for_users(void **state)
{
	static const char *const who[] = { NULL, "Bearer app" };

	(void)state;
	for (size_t i = 0; i < sizeof(who) / sizeof(who[0]); i++) {
		call_begin(&c, "POST", "/v1/maybe");
		web_param(c.rq, STR("HTTP_AUTHORIZATION"), str_of(who[i]));
		web_param(c.rq, STR("HTTP_IDEMPOTENCY_KEY"), STR("k"));
		assert_int_equal(call_end(&c), 200);
		assert_int_equal(sample_kept.status, 200);
		sample_kept.status = 0;
	}
	assert_int_equal(keyed("k", "/v1/maybe", NULL), 200);
	assert_int_equal(sample_kept.status, 200);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(idempotency),
		TEST(idempotency_of_failures),
		TEST(a_rerun_answers_once),
		TEST(idempotency_keys),
		TEST(not_only_for_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
