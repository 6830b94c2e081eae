/* What Huawei Push Kit is asked, and what its answers mean. */
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
static const struct push_provider *const p = &push_huawei;

#define NOW_MS INT64_C(1800000000000)
#define TOKEN  "IQAAAAtoken"

/* {"code":CODE,"msg":MSG} of a status. */
static struct push_outcome coded(int status, const char *code, const char *msg)
{
	return judged(&arena, p, STR(TOKEN), status,
	    arena_printf(&arena, "{\"code\":\"%s\",\"msg\":\"%s\"}", code, msg)
		.p,
	    NOW_MS);
}

static void codes(void **state)
{
	static const struct {
		const char *code;
		enum push_verdict verdict;
	} rows[] = {
		{ "80000000", PUSH_DONE },
		{ "80100000", PUSH_DROP_GATED },
		{ "80300007", PUSH_DROP_GATED },
		{ "80100001", PUSH_GIVE_UP },
		{ "80100003", PUSH_GIVE_UP },
		{ "80100004", PUSH_GIVE_UP },
		{ "80100013", PUSH_GIVE_UP },
		{ "80100018", PUSH_GIVE_UP },
		{ "80100022", PUSH_GIVE_UP },
		{ "80300010", PUSH_GIVE_UP },
		{ "80300013", PUSH_GIVE_UP },
		{ "80100016", PUSH_SHORTEN },
		{ "80300008", PUSH_SHORTEN },
		{ "80100017", PUSH_SLOW },
		{ "80300029", PUSH_SLOW },
		{ "80200003", PUSH_RENEW },
		{ "80200005", PUSH_RENEW },
		{ "80200001", PUSH_RENEW },
		{ "80200006", PUSH_RENEW },
		{ "80300002", PUSH_RENEW },
		{ "80300011", PUSH_RENEW },
		{ "80300037", PUSH_RENEW },
		{ "80600003", PUSH_RENEW },
		{ "80300036", PUSH_STOP },
		{ "81000001", PUSH_RETRY },
		{ "12345678", PUSH_GIVE_UP },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* Version 3 sends them with 400, too. */
		struct push_outcome a = coded(200, rows[i].code, "x");
		struct push_outcome b = coded(400, rows[i].code, "x");

		if (a.verdict != rows[i].verdict || b.verdict != a.verdict)
			fail_msg("%s: %d, %d", rows[i].code, a.verdict,
			    b.verdict);
		assert_true(str_is(a.reason, rows[i].code));
	}
}

static void statuses(void **state)
{
	static const struct sample_answer rows[] = {
		{ 200, "", PUSH_RETRY },
		{ 200, "<html>", PUSH_RETRY },
		{ 200, "{}", PUSH_GIVE_UP },
		{ 200, "{\"code\":80000000}", PUSH_DONE },
		{ 400, "", PUSH_GIVE_UP },
		{ 401, "", PUSH_RENEW },
		{ 401, "{}", PUSH_RENEW },
		{ 404, "", PUSH_RENEW },
		{ 404, "{}", PUSH_RENEW },
		{ 500, "", PUSH_RETRY },
		{ 500, "{}", PUSH_RETRY },
		{ 502, "", PUSH_RETRY },
		{ 502, "{}", PUSH_RETRY },
		{ 503, "", PUSH_SLOW },
		{ 503, "{}", PUSH_SLOW },
		{ 504, "", PUSH_RETRY },
		{ 302, "", PUSH_GIVE_UP },
	};

	(void)state;
	assert_answers(&arena, p, STR(TOKEN), rows,
	    sizeof(rows) / sizeof(rows[0]));
}

/* msg is JSON in a text. */
static void illegal_tokens(void **state)
{
#define V1(t) "{\\\"success\\\":1,\\\"illegal_tokens\\\":[\\\"" t "\\\"]}"
	(void)state;
	assert_int_equal(coded(200, "80100000", V1(TOKEN)).verdict,
	    PUSH_DROP_GATED);
	assert_int_equal(coded(200, "80100000", V1("other")).verdict,
	    PUSH_DONE);
	assert_int_equal(coded(200, "80300007", V1("other")).verdict,
	    PUSH_DROP_GATED);
	assert_int_equal(coded(200, "80100000", "[]").verdict, PUSH_DROP_GATED);
#undef V1
}

static struct push_outcome by_reason(const char *reason)
{
	return coded(400, "80300007",
	    arena_printf(&arena,
		"{\\\"illegalTokens\\\":{\\\"other\\\":[\\\"x\\\"],\\\"%s\\\":"
		"[\\\"y\\\",\\\"" TOKEN "\\\"]},\\\"failure\\\":1}",
		reason)
		.p);
}

static void reasons_of_v3(void **state)
{
	static const struct {
		const char *reason;
		enum push_verdict verdict;
	} rows[] = {
		{ "tokenFormatError", PUSH_DROP },
		{ "tokenPlatformNotSupport", PUSH_DROP },
		{ "noRight", PUSH_DROP_GATED },
		{ "noPushTypeRight", PUSH_STOP },
		{ "appinfoError", PUSH_STOP },
		{ "disableSendHuaweiMsgBecauseOfPenalty", PUSH_STOP },
		{ "noRightToSendThisLiveNotificationEvent", PUSH_STOP },
		{ "countryNotSupport", PUSH_STOP },
		{ "atomicUnableSendUnsubscribedMsg", PUSH_GIVE_UP },
		{ "differentImgVerifyPolicy", PUSH_GIVE_UP },
		{ "notSupportPlayVoice", PUSH_GIVE_UP },
		{ "somethingNew", PUSH_DROP_GATED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct push_outcome o = by_reason(rows[i].reason);

		if (o.verdict != rows[i].verdict)
			fail_msg("%s: %d", rows[i].reason, o.verdict);
		assert_true(str_is(o.reason, rows[i].reason));
	}
}

/* ---- requests ---- */

static void credentials(void **state)
{
	static const struct {
		const char *json, *field;
	} rows[] = {
		{ "[]", "api" },
		{ "{\"api\":\"v4\"}", "api" },
		{ "{\"api\":3}", "api" },
		{ "{}", "client_id" },
		{ "{\"client_id\":\"a/b\"}", "client_id" },
		{ "{\"client_id\":\"1\"}", "client_secret" },
		{ "{\"api\":\"v2\",\"client_id\":\"1\",\"client_secret\":\"s\""
		  "}",
		    "project_id" },
		{ "{\"project_id\":\"../x\"}", "project_id" },
		{ "{\"api\":\"v3\"}", "service_account" },
		{ "{\"api\":\"v3\",\"service_account\":\"x\"}",
		    "service_account" },
		{ "{\"api\":\"v3\",\"service_account\":{}}",
		    "service_account.private_key" },
	};
	struct push_credential c;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(p->read(&arena, str_of(rows[i].json), &c),
		    rows[i].field);
	assert_null(p->read(&arena,
	    STR("{\"api\":\"v2\",\"client_id\":\"1\",\"client_secret\":\"s\","
		"\"project_id\":\"7\"}"),
	    &c));
}

static void asks_for_a_token(void **state)
{
	struct push_base base = { .token = STR("https://login.example") };
	struct push_credential c;
	struct push_auth auth;
	struct push_request q;

	(void)state;
	assert_null(p->read(&arena,
	    STR("{\"client_id\":\"111\",\"client_secret\":\"s/+&=\"}"), &c));
	assert_int_equal(p->make_auth(&arena, &c, &base, NOW_MS, &auth, &q), 0);
	assert_true(str_is(q.url, "https://login.example/oauth2/v3/token"));
	assert_true(str_is(q.body,
	    "grant_type=client_credentials&client_id=111&client_secret=s%2F%2B%"
	    "26%3D"));
}

static void takes_a_token(void **state)
{
	static const struct {
		int status;
		const char *body;
		int verdict; /* -1: a token */
	} rows[] = {
		{ 200, "{\"access_token\":\"a\\/b\",\"expires_in\":3600}", -1 },
		{ 200, "{\"access_token\":\"a\"}", PUSH_STOP },
		{ 200, "{\"access_token\":\"a\\n\",\"expires_in\":9}",
		    PUSH_STOP },
		{ 400, "{\"error\":1101,\"sub_error\":20001}", PUSH_STOP },
		{ 403, "{\"error\":1203}", PUSH_STOP },
		{ 400, "<html>", PUSH_RETRY },
		{ 429, "{}", PUSH_RETRY },
		{ 503, "{}", PUSH_RETRY },
	};
	struct push_auth auth;
	struct push_outcome o;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct push_answer answer = { .status = rows[i].status,
			.body = str_of(rows[i].body) };
		bool is = p->take_auth(&arena, &answer, NOW_MS, &auth, &o);

		assert_int_equal(is, rows[i].verdict < 0);
		if (!is)
			assert_int_equal((int)o.verdict, rows[i].verdict);
		else
			assert_true(str_is(auth.value, "Bearer a/b"));
	}
}

static void not_sent(void **state)
{
	struct push_base base = { .send = STR("https://push.example") };
	struct push_auth auth = { .value = STR("Bearer x") };
	struct push_notice n = sample_notice(NOW_MS);
	struct push_address to = { .token = STR("") };
	struct push_credential c;
	struct push_request q;
	struct push_outcome o;

	(void)state;
	assert_null(p->read(&arena,
	    STR("{\"client_id\":\"1\",\"client_secret\":\"s\"}"), &c));
	assert_false(
	    p->request(&arena, &c, &base, &auth, &to, &n, NOW_MS, &q, &o));
	assert_int_equal(o.verdict, PUSH_DROP);
	to.token = STR(TOKEN);
	to.kind = STR("harmony");
	assert_false(
	    p->request(&arena, &c, &base, &auth, &to, &n, NOW_MS, &q, &o));
	assert_true(str_is(o.reason, "no_service_account"));
	to.kind = STR("");
	assert_true(
	    p->request(&arena, &c, &base, &auth, &to, &n, NOW_MS, &q, &o));
	assert_true(str_is(q.url, "https://push.example/v1/1/messages:send"));
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
		CASE(statuses),
		CASE(illegal_tokens),
		CASE(reasons_of_v3),
		CASE(credentials),
		CASE(asks_for_a_token),
		CASE(takes_a_token),
		CASE(not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
