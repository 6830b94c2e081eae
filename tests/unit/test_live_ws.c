#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/ws.h"
#include "base/buf.h"
#include "base/crypto.h"

/* The calls of the sink, as text: "t:hello p:x o c:1000 ". */
struct heard {
	struct buf b;
	int stop_after; /* texts */
};

static bool on_text(void *ctx, struct str text)
{
	struct heard *h = ctx;

	buf_printf(&h->b, "t:");
	if (text.len > 100)
		buf_printf(&h->b, "#%zu", text.len);
	else
		buf_str(&h->b, text);
	buf_char(&h->b, ' ');
	return !h->stop_after || --h->stop_after;
}

static bool on_ping(void *ctx, struct str payload)
{
	struct heard *h = ctx;

	buf_printf(&h->b, "p:%.*s ", STR_ARG(payload));
	return true;
}

static bool on_pong(void *ctx)
{
	struct heard *h = ctx;

	buf_cstr(&h->b, "o ");
	return true;
}

static void on_close(void *ctx, int code)
{
	struct heard *h = ctx;

	buf_printf(&h->b, "c:%d ", code);
}

static const struct ws_sink sink = { on_text, on_ping, on_pong, on_close };

/* One masked frame, as a client sends it. */
static void add(struct buf *b, int first, const char *p, size_t len)
{
	static const uint8_t key[4] = { 0x37, 0xfa, 0x21, 0x3d };

	buf_u8(b, (uint8_t)first);
	if (len < 126) {
		buf_u8(b, (uint8_t)(0x80 | len));
	} else if (len < 65536) {
		buf_u8(b, 0x80 | 126);
		buf_u8(b, (uint8_t)(len >> 8));
		buf_u8(b, (uint8_t)len);
	} else {
		buf_u8(b, 0x80 | 127);
		for (int i = 7; i >= 0; i--)
			buf_u8(b, (uint8_t)((uint64_t)len >> (8 * i)));
	}
	buf_add(b, key, 4);
	for (size_t i = 0; i < len; i++)
		buf_u8(b, (uint8_t)(p[i] ^ key[i & 3]));
}

static void add_text(struct buf *b, int first, const char *text)
{
	add(b, first, text, strlen(text));
}

/*
 * Feeds b in pieces; returns the last result of ws_feed(), and the calls in
 * `heard`.
 */
static int feed(struct heard *h, const struct buf *b, size_t step, bool *kept)
{
	struct ws_reader *r = NULL;
	int rc = 0;

	buf_init(&h->b);
	for (size_t at = 0; at < b->len && !rc; at += step) {
		size_t n = b->len - at < step ? b->len - at : step;

		rc = ws_feed(&r, (const uint8_t *)b->p + at, n, NULL, &sink, h);
	}
	*kept = r != NULL;
	ws_reader_free(&r);
	return rc;
}

/* Expects the same result for every size of pieces. */
static void expect(const struct buf *b, int code, const char *heard)
{
	static const size_t steps[] = { 1, 2, 3, 7, 100, 4095, 4096, 1000000 };
	bool kept;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct heard h = { .stop_after = 0 };

		assert_int_equal(feed(&h, b, steps[i], &kept), code);
		assert_string_equal(buf_view(&h.b).p, heard);
		if (!code && heard[0])
			assert_false(kept);
		buf_release(&h.b);
	}
}

static void accepts_keys(void **state)
{
	char accept[WS_ACCEPT_LEN + 1];

	(void)state;
	/* RFC 6455 section 1.3. */
	ws_accept(accept, STR("dGhlIHNhbXBsZSBub25jZQ=="));
	assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	assert_true(ws_key_is_valid(STR("dGhlIHNhbXBsZSBub25jZQ==")));
	assert_true(ws_key_is_valid(STR("AAAAAAAAAAAAAAAAAAAAAA==")));
	assert_false(ws_key_is_valid(STR("dGhlIHNhbXBsZSBub25jZQ=")));
	assert_false(ws_key_is_valid(STR("dGhlIHNhbXBsZSBub25jZR==")));
	assert_false(ws_key_is_valid(STR("dGhlIHNhbXBsZSBub25jZQAA")));
	assert_false(ws_key_is_valid(STR("dGhlIHNhbXBs SBub25jZQ==")));
	assert_false(ws_key_is_valid(STR_NONE));
}

static void writes_heads(void **state)
{
	uint8_t h[WS_HEAD_MAX];

	(void)state;
	assert_int_equal(ws_head(h, WS_TEXT, 0), 2);
	assert_memory_equal(h, "\x81\x00", 2);
	assert_int_equal(ws_head(h, WS_PING, 125), 2);
	assert_memory_equal(h, "\x89\x7d", 2);
	assert_int_equal(ws_head(h, WS_TEXT, 126), 4);
	assert_memory_equal(h, "\x81\x7e\x00\x7e", 4);
	assert_int_equal(ws_head(h, WS_TEXT, 65535), 4);
	assert_memory_equal(h, "\x81\x7e\xff\xff", 4);
	assert_int_equal(ws_head(h, WS_TEXT, 65536), 10);
	assert_memory_equal(h, "\x81\x7f\0\0\0\0\0\1\0\0", 10);
}

static void writes_closes(void **state)
{
	uint8_t p[WS_CONTROL_MAX];
	char long_text[200];

	(void)state;
	assert_int_equal(ws_close_payload(p, 4003, STR("kicked")), 8);
	assert_memory_equal(p, "\x0f\xa3kicked", 8);
	assert_int_equal(ws_close_payload(p, 1000, STR_NONE), 2);
	memset(long_text, 'x', sizeof(long_text));
	assert_int_equal(ws_close_payload(p, 1000,
			     (struct str){ long_text, sizeof(long_text) }),
	    WS_CONTROL_MAX);
}

static void reads_messages(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	add_text(&b, 0x81, "hello");
	add_text(&b, 0x81, "");
	add_text(&b, 0x01, "fr");
	add_text(&b, 0x89, "between");
	add_text(&b, 0x00, "");
	add_text(&b, 0x00, "ag\303");
	add_text(&b, 0x8a, "");
	add_text(&b, 0x80, "\244");
	add_text(&b, 0x89, "");
	add_text(&b, 0x81, "end");
	expect(&b, 0, "t:hello t: p:between o t:frag\303\244 p: t:end ");
	buf_release(&b);
}

static void reads_all_lengths(void **state)
{
	static const size_t lens[] = { 124, 125, 126, 127, 4088, 4096, 65535,
		65536, WS_MESSAGE_MAX };
	char *p = malloc(WS_MESSAGE_MAX), want[32];
	struct buf b;

	(void)state;
	memset(p, 'x', WS_MESSAGE_MAX);
	buf_init(&b);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		buf_clear(&b);
		add(&b, 0x81, p, lens[i]);
		snprintf(want, sizeof(want), "t:#%zu ", lens[i]);
		expect(&b, 0, want);
	}
	buf_release(&b);
	free(p);
}

static void keeps_a_reader_only_within_a_message(void **state)
{
	struct heard h = { .stop_after = 0 };
	struct buf b;
	bool kept;

	(void)state;
	buf_init(&b);
	add_text(&b, 0x81, "whole");
	for (size_t cut = 1; cut < b.len; cut++) {
		struct buf part = { b.p, cut, cut };

		assert_int_equal(feed(&h, &part, 1000, &kept), 0);
		assert_true(kept);
		buf_release(&h.b);
	}
	/* Also between the fragments of a message. */
	buf_clear(&b);
	add_text(&b, 0x01, "");
	assert_int_equal(feed(&h, &b, 1000, &kept), 0);
	assert_true(kept);
	buf_release(&h.b);
	buf_release(&b);
}

static void stops_when_told(void **state)
{
	struct heard h = { .stop_after = 2 };
	struct ws_reader *r = NULL;
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_init(&h.b);
	for (int i = 0; i < 5; i++)
		add_text(&b, 0x81, "x");
	assert_int_equal(ws_feed(&r, (const uint8_t *)b.p, b.len, NULL, &sink,
			     &h),
	    0);
	assert_null(r);
	assert_string_equal(h.b.p, "t:x t:x ");
	buf_release(&h.b);
	buf_release(&b);
}

/* What the budget does not cover is kept and fed later, in order. */
static void stops_at_the_budget(void **state)
{
	struct heard h = { .stop_after = 0 };
	struct ws_reader *r = NULL;
	uint32_t budget = 2;
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_init(&h.b);
	for (int i = 0; i < 5; i++)
		add_text(&b, 0x81, i % 2 ? "odd" : "even");
	assert_int_equal(ws_feed(&r, (const uint8_t *)b.p, b.len - 3, &budget,
			     &sink, &h),
	    0);
	assert_int_equal(budget, 0);
	assert_non_null(r);
	assert_string_equal(h.b.p, "t:even t:odd ");
	budget = 1;
	assert_int_equal(ws_feed(&r, NULL, 0, &budget, &sink, &h), 0);
	assert_string_equal(h.b.p, "t:even t:odd t:even ");
	assert_int_equal(ws_feed(&r, (const uint8_t *)b.p + b.len - 3, 3, NULL,
			     &sink, &h),
	    0);
	assert_null(r);
	assert_string_equal(h.b.p, "t:even t:odd t:even t:odd t:even ");
	buf_release(&h.b);
	buf_release(&b);
}

static void one_bad_frame(int code, int first, const char *p, size_t len)
{
	struct buf b;

	buf_init(&b);
	add_text(&b, 0x81, "good");
	add(&b, first, p, len);
	expect(&b, code, "t:good ");
	buf_release(&b);
}

static void refuses(void **state)
{
	char p[200] = "";

	(void)state;
	one_bad_frame(WS_PROTOCOL, 0xc1, "x", 1); /* reserved bits */
	one_bad_frame(WS_PROTOCOL, 0x91, "x", 1);
	one_bad_frame(WS_PROTOCOL, 0x83, "x", 1); /* opcodes */
	one_bad_frame(WS_PROTOCOL, 0x8b, "x", 1);
	one_bad_frame(WS_PROTOCOL, 0x80, "x", 1); /* continuation without a
						   * start */
	one_bad_frame(WS_PROTOCOL, 0x09, "x", 1); /* fragmented ping */
	one_bad_frame(WS_PROTOCOL, 0x89, p, 126); /* long ping */
	one_bad_frame(WS_UNSUPPORTED, 0x82, "x", 1);
	one_bad_frame(WS_UNSUPPORTED, 0x02, "x", 1);
	one_bad_frame(WS_BAD_TEXT, 0x81, "\xff", 1);
	one_bad_frame(WS_BAD_TEXT, 0x81, "\xed\xa0\x80", 3);
	one_bad_frame(WS_PROTOCOL, 0x88, "x", 1);        /* truncated code */
	one_bad_frame(WS_PROTOCOL, 0x88, "\x03\xed", 2); /* 1005 */
	one_bad_frame(WS_PROTOCOL, 0x88, "\x03\xee", 2);
	one_bad_frame(WS_PROTOCOL, 0x88, "\x03\xf7", 2); /* 1015 */
	one_bad_frame(WS_PROTOCOL, 0x88, "\x0b\xb7", 2); /* 2999 */
	one_bad_frame(WS_BAD_TEXT, 0x88, "\x03\xe8\xff", 3);
}

static void refuses_unmasked(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_add(&b, "\x81\x01x", 3);
	expect(&b, WS_PROTOCOL, "");
	buf_release(&b);
}

static void refuses_text_in_text(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	add_text(&b, 0x01, "x");
	add_text(&b, 0x81, "y");
	expect(&b, WS_PROTOCOL, "");
	buf_release(&b);
}

static void refuses_too_much(void **state)
{
	char *p = malloc(WS_MESSAGE_MAX + 1);
	struct buf b;

	(void)state;
	memset(p, 'x', WS_MESSAGE_MAX + 1);
	buf_init(&b);
	add(&b, 0x81, p, WS_MESSAGE_MAX + 1);
	expect(&b, WS_TOO_BIG, "");
	buf_clear(&b);
	add(&b, 0x01, p, WS_MESSAGE_MAX);
	add(&b, 0x80, "", 0);
	expect(&b, 0, "t:#131072 ");
	buf_clear(&b);
	add(&b, 0x01, p, WS_MESSAGE_MAX);
	add(&b, 0x80, "x", 1);
	expect(&b, WS_TOO_BIG, "");
	buf_release(&b);
	free(p);
}

static void hears_the_close(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	add(&b, 0x88,
	    "\x03\xe8"
	    "bye",
	    5);
	expect(&b, 0, "c:1000 ");
	buf_clear(&b);
	add(&b, 0x88, "", 0);
	expect(&b, 0, "c:1005 ");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_keys),
		cmocka_unit_test(writes_heads),
		cmocka_unit_test(writes_closes),
		cmocka_unit_test(reads_messages),
		cmocka_unit_test(reads_all_lengths),
		cmocka_unit_test(keeps_a_reader_only_within_a_message),
		cmocka_unit_test(stops_when_told),
		cmocka_unit_test(stops_at_the_budget),
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_unmasked),
		cmocka_unit_test(refuses_text_in_text),
		cmocka_unit_test(refuses_too_much),
		cmocka_unit_test(hears_the_close),
	};

	crypto_init();
	return cmocka_run_group_tests_name("live_ws", tests, NULL, NULL);
}
