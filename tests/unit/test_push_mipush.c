/* What MiPush is asked, and what its answers mean. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "sample_push.h"

static struct arena arena;
static const struct push_provider *const p = &push_mipush;

/* 2026-01-07 12:00 UTC: 20:00 in China. */
#define NOW_MS    INT64_C(1767787200000)
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define TOKEN     "regid+/="

static struct push_outcome coded(int64_t code, int64_t now_ms)
{
	return judged(&arena, p, STR(TOKEN), 200,
	    arena_printf(&arena, "{\"code\":%" PRId64 ",\"reason\":\"why\"}",
		code)
		.p,
	    now_ms);
}

static void codes(void **state)
{
	static const struct {
		enum push_verdict verdict;
		int64_t codes[12];
	} rows[] = {
		{ PUSH_RETRY, { -1, 1, 10001, 10002, 10003, 10037, 20607, 26003,
				  65029, 65030 } },
		{ PUSH_DROP_GATED, { 20301 } },
		{ PUSH_SLOW, { 10027, 10034, 200001 } },
		{ PUSH_STOP, { 10031, 10036, 21301, 21302, 21303, 22000, 22006,
				 22007, 22022, 26006, 27001 } },
		{ PUSH_GIVE_UP, { 10008, 10012, 10016, 10017, 21305, 65009,
				    65011, 65012, 65013, 65014, 65015 } },
		{ PUSH_GIVE_UP, { 10029, 65003, 99999 } },
	};

	(void)state;
	assert_int_equal(coded(0, NOW_MS).verdict, PUSH_DONE);
	assert_int_equal(coded(0, NOW_MS).reason.len, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (const int64_t *c = rows[i].codes; *c; c++) {
			struct push_outcome o = coded(*c, NOW_MS);

			if (o.verdict != rows[i].verdict)
				fail_msg("%" PRId64 ": %d", *c, o.verdict);
			assert_true(str_eq(o.reason,
			    arena_printf(&arena, "%" PRId64 " why", *c)));
		}
	}
	assert_false(coded(65003, NOW_MS).is_alarm);
	assert_true(coded(99999, NOW_MS).is_alarm);
}

static void other_answers(void **state)
{
	static const struct sample_answer rows[] = {
		{ 200, "", PUSH_RETRY },
		{ 200, "<html>", PUSH_RETRY },
		{ 200, "{}", PUSH_RETRY },
		{ 200, "{\"code\":\"0\"}", PUSH_DONE },
		{ 200, "{\"code\":\"x\"}", PUSH_RETRY },
		{ 400, "", PUSH_RETRY },
		{ 500, "{\"code\":0}", PUSH_RETRY },
		{ 502, "", PUSH_RETRY },
		{ 401, "{\"code\":21301}", PUSH_STOP },
		{ 200, "{\"code\":0,\"data\":{\"bad_regids\":\"" TOKEN "\"}}",
		    PUSH_DROP_GATED },
		{ 200,
		    "{\"code\":0,\"data\":{\"bad_regids\":\"a, " TOKEN ",b\"}}",
		    PUSH_DROP_GATED },
		{ 200, "{\"code\":0,\"data\":{\"bad_regids\":\"a,b\"}}",
		    PUSH_DONE },
		{ 200, "{\"code\":0,\"data\":{\"bad_regids\":7}}", PUSH_DONE },
	};

	(void)state;
	assert_answers(&arena, p, STR(TOKEN), rows,
	    sizeof(rows) / sizeof(rows[0]));
}

/* The day of the quota is China's. */
static void a_quota_ends_with_the_day(void **state)
{
	(void)state;
	assert_int_equal(coded(10034, NOW_MS).retry_after_ms,
	    4 * HOUR_MS + MINUTE_MS);
	assert_int_equal(coded(200001, NOW_MS + 4 * HOUR_MS - 1).retry_after_ms,
	    1 + MINUTE_MS);
	assert_int_equal(coded(10034, NOW_MS + 5 * HOUR_MS).retry_after_ms,
	    23 * HOUR_MS + MINUTE_MS);
	assert_int_equal(coded(10034, NOW_MS + 4 * HOUR_MS).retry_after_ms,
	    24 * HOUR_MS);
	assert_int_equal(coded(10027, NOW_MS).retry_after_ms, 0);
}

/* ---- requests ---- */

static void credentials(void **state)
{
	static const struct {
		const char *json, *field;
	} rows[] = {
		{ "[]", "app_secret" },
		{ "{\"app_secret\":\"a b\"}", "app_secret" },
		{ "{\"app_secret\":\"s\"}", "package" },
		{ "{\"app_secret\":\"s\",\"package\":\"a,b\"}", "package" },
		{ "{\"app_secret\":\"s\",\"package\":\"a.b\",\"region\":\"x\"}",
		    "region" },
		{ "{\"app_secret\":\"s\",\"package\":\"a.b\",\"channel_id\":"
		  "\"\"}",
		    "channel_id" },
	};
	struct push_credential c;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(p->read(&arena, str_of(rows[i].json), &c),
		    rows[i].field);
	assert_null(p->read(&arena,
	    STR("{\"app_secret\":\"s\",\"package\":\"a.b\"}"), &c));
	assert_true(str_is(c.topic, "a.b"));
}

static struct str url(const char *region, const char *kind, const char *send)
{
	struct push_base base = { .send = str_of(send) };
	struct push_address to = { .token = STR(TOKEN), .kind = str_of(kind) };
	struct push_notice n = sample_notice(NOW_MS);
	struct push_credential c;
	struct push_request q;
	struct push_outcome o;
	struct push_auth auth;

	assert_null(p->read(&arena,
	    arena_printf(&arena,
		"{\"app_secret\":\"s\",\"package\":\"a.b\",\"region\":\"%s\"}",
		region),
	    &c));
	assert_int_equal(p->make_auth(&arena, &c, &base, NOW_MS, &auth, &q), 1);
	assert_true(
	    p->request(&arena, &c, &base, &auth, &to, &n, NOW_MS, &q, &o));
	assert_header(&q, "authorization", "key=s");
	return q.url;
}

static void regions(void **state)
{
#define PATH "/v3/message/regid"
#define FAR  "-api.xmpush.global.xiaomi.com" PATH
	(void)state;
	assert_true(
	    str_is(url("cn", "", ""), "https://api.xmpush.xiaomi.com" PATH));
	assert_true(str_is(url("ru", "", ""), "https://ru" FAR));
	assert_true(str_is(url("idmb", "", ""), "https://idmb" FAR));
	assert_true(str_is(url("fr", "", ""), "https://fr" FAR));
	assert_true(str_is(url("sgp", "", ""), "https://sgp" FAR));
	assert_true(str_is(url("sgp", "fr", ""), "https://fr" FAR));
	assert_true(str_is(url("sgp", "what", ""), "https://sgp" FAR));
	assert_true(str_is(url("sgp", "fr", "https://x"), "https://x" PATH));
}

static void not_sent(void **state)
{
	static const char *const bad[] = { "", "a,b", "a b", "\xc3\xa4" };
	struct push_base base = { .send = STR("https://x") };
	struct push_auth auth = { .value = STR("key=s") };
	struct push_notice n = sample_notice(NOW_MS);
	struct push_address to = { .token = STR(TOKEN) };
	struct push_credential c;
	struct push_request q;
	struct push_outcome o;

	(void)state;
	assert_null(p->read(&arena,
	    STR("{\"app_secret\":\"s\",\"package\":\"a.b\"}"), &c));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		to.token = str_of(bad[i]);
		assert_false(p->request(&arena, &c, &base, &auth, &to, &n,
		    NOW_MS, &q, &o));
		assert_int_equal(o.verdict, PUSH_DROP);
	}
	to.token = STR(TOKEN);
	n.title = STR(" ");
	n.body = STR("");
	assert_false(
	    p->request(&arena, &c, &base, &auth, &to, &n, NOW_MS, &q, &o));
	assert_true(str_is(o.reason, "no_words"));
	n.is_silent = true;
	assert_true(
	    p->request(&arena, &c, &base, &auth, &to, &n, NOW_MS, &q, &o));
}

static int begin(void **state)
{
	(void)state;
	crypto_init();
	arena_init(&arena);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(codes),
		CASE(other_answers),
		CASE(a_quota_ends_with_the_day),
		CASE(credentials),
		CASE(regions),
		CASE(not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
