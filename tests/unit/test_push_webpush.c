/* Endpoints and keys of Web Push, its requests, and what its answers mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "push/ece.h"
#include "push/endpoint.h"
#include "push/webpush.h"
#include "sample_push.h"

static struct arena arena;
static const struct push_provider *const p = &push_webpush;

#define NOW_MS   INT64_C(1800000000000)
#define HOUR_MS  (INT64_C(3600) * 1000)
#define ENDPOINT "https://push.example.net/send/abc?x=1"

/* A browser's, of RFC 8291 section 5. */
#define UA_PUBLIC                                                    \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBH" \
	"m4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
#define AUTH "BTBZMqHH6r4Tts7J_aSIgg"

/* ---- requests ---- */

static struct push_webpush_key pair;
static struct push_credential credential;

static const char *read_credential(const char *subject, struct str private_key)
{
	return p->read(&arena,
	    arena_printf(&arena,
		"{\"subject\":\"%s\",\"private_key\":\"%.*s\"}", subject,
		STR_ARG(private_key)),
	    &credential);
}

static struct push_auth auth_at(int64_t now_ms)
{
	static const struct push_base base;
	struct push_auth auth;
	struct push_request q;

	assert_int_equal(p->make_auth(&arena, &credential, &base, now_ms, &auth,
			     &q),
	    1);
	return auth;
}

static bool make(const struct push_auth *auth, const struct push_address *to,
    const struct push_notice *n, int64_t now_ms, struct push_request *q,
    struct push_outcome *out)
{
	static const struct push_base base;

	return p->request(&arena, &credential, &base, auth, to, n, now_ms, q,
	    out);
}

static struct push_address address(const char *url)
{
	return (struct push_address){
		.token = str_of(url),
		.p256dh = STR(UA_PUBLIC),
		.auth = STR(AUTH),
	};
}

static void keys(void **state)
{
	struct push_webpush_key other, again;

	(void)state;
	push_webpush_key_new(&arena, &other);
	assert_int_equal(other.private_key.len, 43);
	assert_int_equal(other.public_key.len, 87);
	assert_false(str_eq(other.private_key, pair.private_key));
	assert_true(push_webpush_key_of(&arena, other.private_key, &again));
	assert_true(str_eq(again.public_key, other.public_key));
	assert_false(push_webpush_key_of(&arena, STR(""), &again));
	assert_false(push_webpush_key_of(&arena, STR_NONE, &again));
	assert_false(push_webpush_key_of(&arena, STR(AUTH), &again));
	assert_false(push_webpush_key_of(&arena,
	    STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), &again));
}

static void credentials(void **state)
{
	static const char *const good[] = { "mailto:ops@example.com",
		"https://example.com/", "https://example.com" };
	static const char *const bad[] = { "", "ops@example.com", "mailto:ops",
		"mailto:@example.com", "mailto:ops@", "mailto: ops@example.com",
		"mailto:<ops@example.com>", "mailto:ops@example.com>",
		"http://example.com" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(read_credential(good[i], pair.private_key));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_string_equal(read_credential(bad[i], pair.private_key),
		    "subject");
	assert_string_equal(read_credential(good[0], STR("AAAA")),
	    "private_key");
	assert_string_equal(p->read(&arena, STR("[]"), &credential), "subject");
	assert_string_equal(p->read(&arena,
				STR("{\"subject\":\"mailto:a@b.c\"}"),
				&credential),
	    "private_key");
}

static void headers(void **state)
{
	struct push_auth auth = auth_at(NOW_MS);
	struct push_address to = address(ENDPOINT);
	struct push_notice n = sample_notice(NOW_MS);
	struct push_request q;
	struct push_outcome o;

	(void)state;
	assert_true(make(&auth, &to, &n, NOW_MS, &q, &o));
	assert_true(str_is(q.url, ENDPOINT));
	assert_header(&q, "content-encoding", "aes128gcm");
	assert_header(&q, "content-type", "application/octet-stream");
	assert_header(&q, "ttl", "3600");
	assert_header(&q, "urgency", "high");
	assert_header(&q, "topic", "conv-1_x");
	assert_true(str_starts(header_of(&q, "authorization"), "vapid t="));
	assert_non_null(strstr(header_of(&q, "authorization").p,
	    arena_printf(&arena, ", k=%.*s", STR_ARG(pair.public_key)).p));

	n.is_urgent = false;
	n.expires_ms = NOW_MS - 5;
	assert_true(make(&auth, &to, &n, NOW_MS, &q, &o));
	assert_header(&q, "ttl", "0");
	assert_header(&q, "urgency", "normal");
	n.is_silent = true;
	n.expires_ms = NOW_MS + 1000 * 24 * HOUR_MS;
	n.collapse = STR("");
	assert_true(make(&auth, &to, &n, NOW_MS, &q, &o));
	assert_header(&q, "ttl", "2592000");
	assert_header(&q, "urgency", "low");
	assert_null(header_of(&q, "topic").p);
}

static struct str jwt_at(const struct push_auth *auth, const char *url,
    int64_t now_ms)
{
	struct push_notice n = sample_notice(now_ms);
	struct push_address to = address(url);
	struct push_request q;
	struct push_outcome o;

	assert_true(make(auth, &to, &n, now_ms, &q, &o));
	return header_of(&q, "authorization");
}

/* ECDSA signs with a random number: an equal JWT is the same one. */
static void a_jwt_is_kept_for_its_origin(void **state)
{
	struct push_auth auth = auth_at(NOW_MS);
	struct str first = jwt_at(&auth, ENDPOINT, NOW_MS), other;

	(void)state;
	assert_true(str_eq(first,
	    jwt_at(&auth, "https://push.example.net/other", NOW_MS + HOUR_MS)));
	other = jwt_at(&auth, "https://push.example.net:8443/x", NOW_MS);
	assert_false(str_eq(first, other));
	assert_true(str_eq(first, jwt_at(&auth, ENDPOINT, NOW_MS)));
	/* Before its end, with new authorization, when time runs back. */
	assert_false(
	    str_eq(first, jwt_at(&auth, ENDPOINT, NOW_MS + 12 * HOUR_MS)));
	first = jwt_at(&auth, ENDPOINT, NOW_MS + 12 * HOUR_MS);
	assert_false(
	    str_eq(first, jwt_at(&auth, ENDPOINT, NOW_MS + 2 * HOUR_MS)));
	first = jwt_at(&auth, ENDPOINT, NOW_MS + 2 * HOUR_MS);
	auth = auth_at(NOW_MS + 3 * HOUR_MS);
	assert_false(
	    str_eq(first, jwt_at(&auth, ENDPOINT, NOW_MS + 3 * HOUR_MS)));
}

/* More origins than are kept. */
static void many_origins(void **state)
{
	struct push_auth auth = auth_at(NOW_MS);
	struct str jwts[40];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 40; i++)
			jwts[i] = jwt_at(&auth,
			    arena_printf(&arena, "https://p%d.example.org/", i)
				.p,
			    NOW_MS + i);
	for (int i = 1; i < 40; i++)
		assert_false(str_eq(jwts[0], jwts[i]));
}

static void not_sent(void **state)
{
	static const struct {
		const char *url, *p256dh;
		enum push_verdict verdict;
		const char *reason;
	} cases[] = {
		{ "http://push.example.net/", UA_PUBLIC, PUSH_GIVE_UP,
		    "endpoint_not_allowed" },
		{ "https://evil.example/", UA_PUBLIC, PUSH_GIVE_UP,
		    "endpoint_not_allowed" },
		{ ENDPOINT, "AAAA", PUSH_DROP, "not_a_key" },
		{ ENDPOINT,
		    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBH"
		    "m4bjyPjs7Vd8pZGH6SRpkNtoIAiw8",
		    PUSH_DROP, "not_a_key" },
	};
	struct push_auth auth = auth_at(NOW_MS);
	struct push_notice n = sample_notice(NOW_MS);
	struct push_request q;
	struct push_outcome o;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct push_address to = address(cases[i].url);

		to.p256dh = str_of(cases[i].p256dh);
		assert_false(make(&auth, &to, &n, NOW_MS, &q, &o));
		assert_int_equal(o.verdict, cases[i].verdict);
		assert_true(str_is(o.reason, cases[i].reason));
	}
}

/* Whatever is in it, the body is one that every service takes. */
static void a_long_notice_is_cut(void **state)
{
	struct push_auth auth = auth_at(NOW_MS);
	struct push_address to = address(ENDPOINT);
	struct push_notice n = sample_notice(NOW_MS);
	char *text = arena_alloc(&arena, 10000);
	struct push_request q;
	struct push_outcome o;

	(void)state;
	memset(text, 'x', 10000);
	for (size_t len = 2500; len < 10000; len += 77) {
		n.body = (struct str){ text, len };
		assert_true(make(&auth, &to, &n, NOW_MS, &q, &o));
		assert_in_range(q.body.len, 2500, 3021);
	}
	n.data = arena_printf(&arena, "{\"x\":\"%.*s\"}", 4000, text);
	assert_false(make(&auth, &to, &n, NOW_MS, &q, &o));
	assert_true(str_is(o.reason, "too_large"));
}

static void a_size_says_little(void **state)
{
	struct push_auth auth = auth_at(NOW_MS);
	struct push_address to = address(ENDPOINT);
	struct push_notice n = sample_notice(NOW_MS);
	struct push_request q;
	struct push_outcome o;

	(void)state;
	for (size_t len = 0; len < 300; len++) {
		n.body = (struct str){ arena_alloc(&arena, len + 1), len };
		memset((char *)n.body.p, 'x', len);
		assert_true(make(&auth, &to, &n, NOW_MS, &q, &o));
		assert_int_equal((q.body.len - PUSH_ECE_HEADER_LEN -
				     PUSH_ECE_OVERHEAD) %
				     128,
		    0);
	}
}

/* ---- endpoints ---- */

static void origins(void **state)
{
	(void)state;
	assert_true(str_is(push_endpoint_origin(&arena,
			       STR("https://Push.Example.NET:443/a:b")),
	    "https://push.example.net"));
	assert_true(str_is(push_endpoint_origin(&arena,
			       STR("https://push.example.net:8443?x")),
	    "https://push.example.net:8443"));
}

static void endpoints(void **state)
{
	static const char *const good[] = {
		ENDPOINT,
		"https://push.example.net:8443/x",
		"https://a.example.org/",
		"https://a.b.EXAMPLE.org",
	};
	static const char *const bad[] = {
		"https://push.example.net:8444/x",
		"https://push.example.net.evil.example/",
		"https://evilpush.example.net/",
		"https://example.org/",
		"https://aexample.org/",
		"https://push.example.net@evil.example/",
		"https://evil.example/#push.example.net",
		"https://evil.example\\push.example.net/",
		"https://push.example.net./",
		"https://",
		"https:push.example.net",
		"//push.example.net/",
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(push_endpoint_fault(str_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!push_endpoint_fault(str_of(bad[i])))
			fail_msg("%s is allowed", bad[i]);
}

/* ---- answers ---- */

#define GOOGLE                                                           \
	"the VAPID credentials in the authorization header do not "      \
	"correspond to the credentials used to create the subscriptions" \
	".\n"

static void answers(void **state)
{
	static const struct sample_answer rows[] = {
		{ 200, "", PUSH_DONE },
		{ 201, "", PUSH_DONE },
		{ 202, "", PUSH_DONE },
		{ 404, "", PUSH_DROP },
		{ 410, "push subscription has unsubscribed or expired.\n",
		    PUSH_DROP },
		{ 413, "", PUSH_SHORTEN },
		{ 429, "", PUSH_RETRY },
		{ 500, "", PUSH_RETRY },
		{ 502, "", PUSH_RETRY },
		{ 503, "", PUSH_RETRY },
		{ 599, "", PUSH_RETRY },
		{ 400, "", PUSH_GIVE_UP },
		{ 401, "", PUSH_DROP_GATED },
		{ 403, "", PUSH_DROP_GATED },
		{ 403, GOOGLE, PUSH_DROP_GATED },
		{ 403,
		    "the key in the authorization header does not correspond "
		    "to the sender ID used to subscribe this user.",
		    PUSH_DROP_GATED },
		{ 403, "MismatchSenderId", PUSH_DROP_GATED },
		{ 401,
		    "{\"code\":401,\"errno\":109,\"error\":\"Unauthorized\","
		    "\"message\":\"VAPID public key mismatch\"}",
		    PUSH_DROP_GATED },
		{ 400, "{\"reason\":\"VapidPkHashMismatch\"}",
		    PUSH_DROP_GATED },
		{ 403, "{\"reason\":\"BadJwtToken\"}", PUSH_RENEW },
		{ 403, "{\"reason\":\"ExpiredJwtToken\"}", PUSH_RENEW },
		{ 403, "invalid JWT provided\n", PUSH_RENEW },
		{ 400, "UnauthorizedRegistration", PUSH_RENEW },
		{ 401,
		    "{\"code\":401,\"errno\":109,\"message\":\"Invalid bearer "
		    "token\"}",
		    PUSH_RENEW },
		{ 400, "{\"code\":400,\"errno\":113,\"message\":\"Bad topic\"}",
		    PUSH_GIVE_UP },
		{ 302, "", PUSH_GIVE_UP },
		{ 405, "", PUSH_GIVE_UP },
	};

	(void)state;
	assert_answers(&arena, p, STR(ENDPOINT), rows,
	    sizeof(rows) / sizeof(rows[0]));
}

static void reasons(void **state)
{
	struct push_address to = address(ENDPOINT);
	struct push_answer answer = { .status = 403, .body = STR(GOOGLE) };
	struct push_outcome o;

	(void)state;
	p->judge(&arena, &answer, &to, NOW_MS, &o);
	assert_int_equal(o.reason.len, 64);
	assert_true(str_starts(o.reason, "the VAPID credentials"));
	answer.body = STR("{\"reason\":\"BadJwtToken\"}");
	p->judge(&arena, &answer, &to, NOW_MS, &o);
	assert_true(str_is(o.reason, "BadJwtToken"));
	assert_true(o.is_alarm);
	answer = (struct push_answer){ .status = 429, .retry_after = STR("7") };
	p->judge(&arena, &answer, &to, NOW_MS, &o);
	assert_int_equal(o.retry_after_ms, 7000);
}

static int begin(void **state)
{
	(void)state;
	crypto_init();
	arena_init(&arena);
	conf.push.webpush_hosts = "push.example.net, push.example.net:8443,\t"
				  "*.example.org";
	push_webpush_key_new(&arena, &pair);
	assert_null(
	    read_credential("mailto:ops@example.com", pair.private_key));
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
		CASE(keys),
		CASE(credentials),
		CASE(headers),
		CASE(a_jwt_is_kept_for_its_origin),
		CASE(many_origins),
		CASE(not_sent),
		CASE(a_long_notice_is_cut),
		CASE(a_size_says_little),
		CASE(origins),
		CASE(endpoints),
		CASE(answers),
		CASE(reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
