#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "proto/client_frame.h"
#include "proto/json_slice.h"
#include "gateway/send_order.h"
#include "gateway/service.h"

static struct arena arena;

static struct client_frame good(const char *text)
{
	struct client_frame f;
	struct error err;

	if (client_frame_parse(&arena, str_of(text), &f, &err) < 0)
		fail_msg("%s: %s %s", text, err.field, err.detail);
	return f;
}

static void requests(void **state)
{
	struct client_frame f;

	(void)state;
	f = good("{\"id\":7,\"method\":\"POST\",\"path\":\"/v1/x?y=%20\","
		 "\"headers\":{\"if-match\":\"\\\"3\\\"\","
		 "\"Idempotency-Key\":\"k 1\"},"
		 "\"body\":{\"a\":1.50,\"b\":[]}}");
	assert_int_equal(f.verb, CLIENT_REQUEST);
	assert_true(str_is(f.id, "7"));
	assert_true(str_is(f.method, "POST"));
	assert_true(str_is(f.path, "/v1/x?y=%20"));
	assert_true(str_is(f.if_match, "\"3\""));
	assert_true(str_is(f.idempotency_key, "k 1"));
	/* Byte for byte as sent. */
	assert_true(str_is(f.body, "{\"a\":1.50,\"b\":[]}"));
	f = good(" { \"path\" : \"/v1\" ,\n\"method\":\"GET\",\t"
		 "\"id\":\"\\u00e4\" } ");
	assert_true(str_is(f.id, "\"\\u00e4\""));
	assert_null(f.body.p);
	assert_null(f.if_match.p);
	/* A key that is spelled with an escape is the same key. */
	f = good("{\"\\u0069d\":1,\"method\":\"GET\",\"path\":\"/\"}");
	assert_true(str_is(f.id, "1"));
}

static void other_verbs(void **state)
{
	struct client_frame f;

	(void)state;
	f = good("{\"ack\":9007199254740991}");
	assert_int_equal(f.verb, CLIENT_ACK);
	assert_int_equal(f.ack, INT64_C(9007199254740991));
	assert_true(good("{\"state\":\"background\"}").background);
	f = good("{\"state\":\"foreground\"}");
	assert_int_equal(f.verb, CLIENT_STATE);
	assert_false(f.background);
	f = good(
	    "{\"subscribe\":{\"presence\":[\"1\",\"9223372036854775807\"]}}");
	assert_int_equal(f.verb, CLIENT_SUBSCRIBE);
	assert_int_equal(f.n_users, 2);
	assert_int_equal(f.users[1], INT64_MAX);
	f = good("{\"unsubscribe\":{\"presence\":[]}}");
	assert_int_equal(f.verb, CLIENT_UNSUBSCRIBE);
	assert_int_equal(f.n_users, 0);
	f = good("{\"ping\":{\"x\":[1e2]}}");
	assert_int_equal(f.verb, CLIENT_PING);
	assert_true(str_is(f.ping, "{\"x\":[1e2]}"));
	assert_true(str_is(good("{\"ping\":null}").ping, "null"));
}

static void bad(const char *text, const char *field, const char *id)
{
	struct client_frame f;
	struct error err;

	err_clear(&err);
	if (client_frame_parse(&arena, str_of(text), &f, &err) == 0)
		fail_msg("taken: %s", text);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	assert_true(err.detail[0]);
	assert_string_equal(err.field, field);
	if (id)
		assert_true(str_is(f.id, id));
	else
		assert_null(f.id.p);
}

#define REQUEST(more) "{\"id\":1,\"method\":\"GET\",\"path\":\"/v1/x\"" more "}"

static void bad_frames(void **state)
{
	(void)state;
	bad("", "", NULL);
	bad("x", "", NULL);
	bad("[]", "", NULL);
	bad("{", "", NULL);
	bad("{}", "", NULL);
	bad("{} x", "", NULL);
	bad("{\"ping\":1,}", "", NULL);
	bad("{\"ping\"}", "", NULL);
	bad("{\"ping\":}", "", NULL);
	bad("{\"ping\":tru}", "ping", NULL);
	bad("{\"ping\":\"\\ud800\"}", "ping", NULL);
	bad("{\"ping\":\"\\u0000\"}", "ping", NULL);
	bad("{\"ping\":{\"a\":1,\"a\":2}}", "ping.a", NULL);
	bad("{\"p\\ud800\":1}", "", NULL);
	bad("{\"pong\":1}", "pong", NULL);
	bad("{\"p\303\244\":1}", "", NULL);
	bad("{\"id\":3,\"pong\":1}", "pong", "3");
	bad("{\"pong\":1,\"id\":3}", "pong", "3");
	bad("{\"ping\":1,\"ping\":2}", "ping", NULL);
	bad("{\"ping\":1,\"id\":2}", "", "2");
	bad("{\"ping\":1,\"state\":\"background\"}", "", NULL);
	bad("{\"id\":1}", "method", "1");
	bad("{\"id\":1,\"method\":\"GET\"}", "path", "1");
	bad("{\"method\":\"GET\",\"path\":\"/\"}", "id", NULL);
	bad("{\"id\":null,\"method\":\"GET\",\"path\":\"/\"}", "id", NULL);
	bad("{\"id\":1.0,\"method\":\"GET\",\"path\":\"/\"}", "id", NULL);
	bad("{\"id\":1,\"method\":\"\",\"path\":\"/\"}", "method", "1");
	bad("{\"id\":1,\"method\":\"G T\",\"path\":\"/\"}", "method", "1");
	bad("{\"id\":1,\"method\":\"GET\",\"path\":\"x\"}", "path", "1");
	bad("{\"id\":1,\"method\":\"GET\",\"path\":\"/#\"}", "path", "1");
	bad("{\"id\":1,\"method\":\"GET\",\"path\":\"/\303\244\"}", "path",
	    "1");
	bad(REQUEST(",\"headers\":1"), "headers", "1");
	bad(REQUEST(",\"headers\":{\"Host\":\"x\"}"), "headers.Host", "1");
	bad(REQUEST(",\"headers\":{\"a\\nb\":\"x\"}"), "headers", "1");
	bad(REQUEST(",\"headers\":{\"If-Match\":1}"), "headers.If-Match", "1");
	bad(REQUEST(",\"headers\":{\"If-Match\":\"a\\nb\"}"),
	    "headers.If-Match", "1");
	bad(REQUEST(",\"headers\":{\"If-Match\":\"a\",\"if-match\":\"b\"}"),
	    "headers.if-match", "1");
	bad(REQUEST(",\"body\":[]"), "body", "1");
	bad(REQUEST(",\"body\":{\"a\":[}"), "", NULL);
	bad(REQUEST(",\"body\":{\"a\":[}]"), "body", "1");
	bad(REQUEST(",\"body\":{\"a\":[0,{\"b\":1,\"b\":2}]}"), "body.a.1.b",
	    "1");
	bad("{\"ack\":-1}", "ack", NULL);
	bad("{\"ack\":1.0}", "ack", NULL);
	bad("{\"ack\":9007199254740992}", "ack", NULL);
	bad("{\"state\":\"away\"}", "state", NULL);
	bad("{\"subscribe\":{\"presence\":{}}}", "subscribe.presence", NULL);
	bad("{\"subscribe\":{\"presence\":[],\"x\":1}}", "subscribe", NULL);
	bad("{\"subscribe\":{\"presence\":[\"1\",\"01\"]}}",
	    "subscribe.presence.1", NULL);
	bad("{\"unsubscribe\":1}", "unsubscribe", NULL);
}

static void too_many_watched(void **state)
{
	struct client_frame f;
	struct error err;
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_cstr(&b, "{\"subscribe\":{\"presence\":[\"1\"");
	for (int i = 1; i < CLIENT_WATCH_MAX; i++)
		buf_printf(&b, ",\"%d\"", i);
	buf_cstr(&b, "]}}");
	assert_int_equal(client_frame_parse(&arena, buf_view(&b), &f, &err), 0);
	assert_int_equal(f.n_users, CLIENT_WATCH_MAX);
	b.len -= 3;
	buf_cstr(&b, ",\"1\"]}}");
	bad(buf_view(&b).p, "subscribe.presence", NULL);
	buf_release(&b);
}

/* Deep nesting is refused in each part, before anything recurses. */
static void deep(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_cstr(&b, "{\"ping\":");
	for (int i = 0; i < 32; i++)
		buf_char(&b, '[');
	for (int i = 0; i < 32; i++)
		buf_char(&b, ']');
	buf_char(&b, '}');
	good(b.p);
	buf_clear(&b);
	buf_cstr(&b, "{\"ping\":");
	for (int i = 0; i < 50000; i++)
		buf_char(&b, '[');
	bad(b.p, "", NULL);
	for (int i = 0; i < 50000; i++)
		buf_char(&b, ']');
	buf_char(&b, '}');
	bad(b.p, "ping", NULL);
	buf_release(&b);
}

static void slices(void **state)
{
	struct json_slice s[3];

	(void)state;
	assert_int_equal(json_slice(STR("{}"), s, 3), 0);
	assert_int_equal(
	    json_slice(STR("{\"a}\\\"\":\"]\\\\\" , \"b\":[{\"}\":1}]}"), s, 3),
	    2);
	assert_true(str_is(s[0].name, "\"a}\\\"\""));
	assert_true(str_is(s[0].value, "\"]\\\\\""));
	assert_true(str_is(s[1].value, "[{\"}\":1}]"));
	assert_int_equal(json_slice(STR("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}"), s,
			     3),
	    -1);
	assert_int_equal(json_slice(STR("{\"a\":\"x"), s, 3), -1);
	assert_int_equal(json_slice(STR("{\"a\":\"x\\"), s, 3), -1);
	assert_int_equal(json_slice(STR("{\"a\":]}"), s, 3), -1);
	assert_int_equal(json_slice(STR_NONE, s, 3), -1);
}

static void send_order(void **state)
{
	int64_t a = send_order_of(STR("POST"),
	    STR("/v1/conversations/7/messages"));
	int64_t b = send_order_of(STR("POST"),
	    STR("/v1/conversations/8/messages?x"));
	int64_t all = send_order_of(STR("POST"), STR("/v1/messages/batch"));

	(void)state;
	assert_int_equal(a, 7);
	assert_int_equal(b, 8);
	assert_int_equal(all, SEND_ORDER_ALL);
	assert_int_equal(send_order_of(STR("GET"),
			     STR("/v1/conversations/7/messages")),
	    SEND_ORDER_NONE);
	assert_int_equal(send_order_of(STR("POST"),
			     STR("/v1/conversations/7/messages/")),
	    SEND_ORDER_NONE);
	assert_int_equal(send_order_of(STR("POST"),
			     STR("/v1/conversations/x/messages")),
	    SEND_ORDER_NONE);
	assert_int_equal(send_order_of(STR("POST"), STR("/v1/conversations/7")),
	    SEND_ORDER_NONE);
	assert_true(send_order_conflicts(a, a));
	assert_false(send_order_conflicts(a, b));
	assert_true(send_order_conflicts(a, all));
	assert_true(send_order_conflicts(all, all));
	assert_false(send_order_conflicts(SEND_ORDER_NONE, all));
	assert_false(send_order_conflicts(SEND_ORDER_NONE, SEND_ORDER_NONE));
}

static void services(void **state)
{
	static const struct {
		const char *path;
		enum service service;
	} rows[] = {
		{ "/v1/users", SERVICE_USER },
		{ "/v1/users/me", SERVICE_USER },
		{ "/v1/users?ids=1", SERVICE_USER },
		{ "/v1/usersx", SERVICE_ADMIN },
		{ "/v1/sessions/current", SERVICE_USER },
		{ "/v1/tickets", SERVICE_USER },
		{ "/v1/conversations", SERVICE_CONVERSATION },
		{ "/v1/conversations/7", SERVICE_CONVERSATION },
		{ "/v1/conversations/messages", SERVICE_CONVERSATION },
		{ "/v1/conversations/7/messages", SERVICE_MESSAGE },
		{ "/v1/conversations/7/messages/x", SERVICE_MESSAGE },
		{ "/v1/conversations//messages", SERVICE_MESSAGE },
		{ "/v1/conversations/7/messagesx", SERVICE_CONVERSATION },
		{ "/v1/conversations/7/read", SERVICE_CONVERSATION },
		{ "/v1/messages/1?x", SERVICE_MESSAGE },
		{ "/v1/sync", SERVICE_INBOX },
		{ "/v1/inbox/head", SERVICE_INBOX },
		{ "/v1/info", SERVICE_ADMIN },
		{ "/v1/", SERVICE_ADMIN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(service_of(str_of(rows[i].path)),
		    rows[i].service);
		assert_true(service_is_for_websocket(str_of(rows[i].path)));
	}
	assert_false(service_is_for_websocket(STR("/metrics")));
	assert_false(service_is_for_websocket(STR("/internal/live/heads")));
	assert_false(service_is_for_websocket(STR("/v1/live")));
	assert_false(service_is_for_websocket(STR("/v1/live/poll?x")));
	assert_false(service_is_for_websocket(STR("/v1/files?x")));
	assert_true(service_is_for_websocket(STR("/v1/lives")));
}

static int rewind_arena(void **state)
{
	(void)state;
	arena_rewind(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(requests, rewind_arena),
		cmocka_unit_test_teardown(other_verbs, rewind_arena),
		cmocka_unit_test_teardown(bad_frames, rewind_arena),
		cmocka_unit_test_teardown(too_many_watched, rewind_arena),
		cmocka_unit_test_teardown(deep, rewind_arena),
		cmocka_unit_test(slices),
		cmocka_unit_test(send_order),
		cmocka_unit_test(services),
	};
	int rc;

	arena_init(&arena);
	rc = cmocka_run_group_tests_name("live_frame", tests, NULL, NULL);
	arena_release(&arena);
	return rc;
}
