/* The pure part of push: what is cut, what answers mean, how fast a line is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "push/answer.h"
#include "push/fit.h"
#include "push/item.h"
#include "push/pace.h"
#include "push/provider.h"

static struct arena arena;

#define NOW INT64_C(1700000000000)

/* ---- cutting ---- */

/* Every room from none on: it fits, is well formed, and a beginning. */
static void every_room(struct str title, struct str body)
{
	size_t whole = push_json_len(title) + push_json_len(body);

	for (size_t room = 0; room <= whole + 1; room++) {
		struct str t = title, b = body;
		bool is = push_fit(&arena, room, &t, &b);

		assert_true(push_json_len(t) + push_json_len(b) <= room);
		assert_true(str_is_utf8(t) && str_is_utf8(b));
		assert_int_equal(is, !title.len || t.len > 0);
		if (room >= whole) {
			assert_true(str_eq(t, title) && str_eq(b, body));
		} else if (b.len && !str_eq(b, body)) {
			assert_true(b.len > 3);
			assert_memory_equal(b.p, body.p, b.len - 3);
			assert_memory_equal(b.p + b.len - 3, "\xe2\x80\xa6", 3);
		}
		arena_rewind(&arena);
	}
}

static void cuts(void **state)
{
	static const char *const texts[] = { "", "a", "abcdefgh",
		"\xc3\xa4\xc3\xb6\xc3\xbc", "\xe4\xb8\xad\xe6\x96\x87\xe5\xad",
		"\xf0\x9f\x98\x80\xf0\x9f\x98\x81 x", "\"\\\n\t\x01\x7f",
		"a\xcc\x81"
		"b" };
	size_t n = sizeof(texts) / sizeof(texts[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			struct str t = str_of(texts[i]), b = str_of(texts[j]);

			t.len = str_utf8_len(t);
			b.len = str_utf8_len(b);
			every_room(t, b);
		}
}

/* ---- what all answers have ---- */

static int64_t after(const char *value)
{
	struct push_answer a = { .retry_after = str_of(value) };

	return push_retry_after_ms(&a, NOW);
}

static void retry_after(void **state)
{
	(void)state;
	assert_int_equal(after(NULL), 0);
	assert_int_equal(after(""), 0);
	assert_int_equal(after("0"), 0);
	assert_int_equal(after("1"), 1000);
	assert_int_equal(after(" 120 "), 120000);
	assert_int_equal(after("-1"), 0);
	assert_int_equal(after("1.5"), 0);
	assert_int_equal(after("86401"), PUSH_RETRY_AFTER_MAX);
	assert_int_equal(after("9223372036854775807"), PUSH_RETRY_AFTER_MAX);
	assert_int_equal(after("9223372036854775808"), 0);
	assert_int_equal(after("Tue, 14 Nov 2023 22:14:20 GMT"), 60000);
	assert_int_equal(after("Tue, 14 Nov 2023 22:13:20 GMT"), 0);
	assert_int_equal(after("Fri, 31 Dec 9999 23:59:59 GMT"),
	    PUSH_RETRY_AFTER_MAX);
	assert_int_equal(after("Tue, 14 Nov 2023 22:14:20 GMTx"), 0);
	assert_int_equal(after("Tue, 14 Nov 2023 22:14:20 CET"), 0);
	assert_int_equal(
	    after("Tue, 14 Nov 2023 22:14:20 GMT, and then some more"), 0);
}

static void reasons(void **state)
{
	char text[200];
	struct str s;

	(void)state;
	assert_int_equal(push_reason(&arena, STR_NONE).len, 0);
	assert_true(str_is(push_reason(&arena, STR("Bad Topic")), "Bad Topic"));
	assert_true(
	    str_is(push_reason(&arena, STR("a\nb\x7f\xc3\xa4")), "a?b???"));
	memset(text, 'x', sizeof(text));
	s = push_reason(&arena, (struct str){ text, sizeof(text) });
	assert_int_equal(s.len, PUSH_REASON_MAX);
}

/* ---- pace ---- */

static void pauses(void **state)
{
	struct push_pace p = { 0 };
	int64_t now = 5000;
	int n = 0;

	(void)state;
	assert_int_equal(push_pace_wait_ms(&p, now), 0);
	assert_int_equal(push_pace_room(&p, 100, now), 100);
	assert_int_equal(push_pace_slower(&p, 0, now), PUSH_PAUSE_MIN_MS);
	assert_int_equal(push_pace_slower(&p, 60000, now + 1), 60000);
	/* The same pause, so that the gap is the first one. */
	assert_int_equal(p.gap_ms, PUSH_GAP_MIN_MS);
	assert_int_equal(push_pace_room(&p, 100, now + 2), 0);
	assert_int_equal(push_pace_pause_ms(&p, now + 1), 60000);
	/* A shorter one does not end it. */
	push_pace_slower(&p, 10, now + 3);
	assert_int_equal(push_pace_pause_ms(&p, now + 1), 60000);
	now += 60001;
	assert_int_equal(push_pace_wait_ms(&p, now), 0);
	push_pace_sent(&p, now);
	assert_int_equal(push_pace_wait_ms(&p, now), PUSH_GAP_MIN_MS);
	assert_int_equal(push_pace_room(&p, 100, now), 51);
	assert_int_equal(push_pace_room(&p, 10, now), 10);
	for (int i = 0; i < 20; i++) {
		push_pace_slower(&p, 0, now);
		now += PUSH_PAUSE_MIN_MS;
	}
	assert_int_equal(p.gap_ms, PUSH_GAP_MAX_MS);
	assert_int_equal(push_pace_room(&p, 100, now), 1);
	while (p.gap_ms) {
		push_pace_faster(&p);
		n++;
	}
	assert_in_range(n, 20, 200);
	assert_int_equal(push_pace_wait_ms(&p, now + PUSH_GAP_MAX_MS), 0);
}

/* ---- queues ---- */

static void queues(void **state)
{
	struct push_item *spare = NULL, *i[3];
	struct push_queue q = { 0 };

	(void)state;
	for (int n = 0; n < 3; n++)
		i[n] = push_item_new(&spare);
	push_queue_first(&q, i[1]);
	push_queue_last(&q, i[2]);
	push_queue_first(&q, i[0]);
	assert_int_equal(q.n, 3);
	for (int n = 0; n < 3; n++)
		assert_ptr_equal(push_queue_take(&q), i[n]);
	assert_int_equal(q.n, 0);
	push_queue_last(&q, i[0]);
	assert_ptr_equal(push_queue_take(&q), i[0]);
	for (int n = 0; n < 3; n++)
		push_item_put_back(&spare, i[n]);
	assert_ptr_equal(push_item_new(&spare), i[2]);
	push_item_put_back(&spare, i[2]);
	push_item_free_all(&spare);
	assert_null(spare);
}

/* ---- providers ---- */

static void table(void **state)
{
	(void)state;
	for (int id = -1; id <= PUSH_PROVIDER_MAX + 1; id++) {
		const struct push_provider *p = push_provider(
		    (enum push_provider_id)id);

		if (p) {
			assert_int_equal(p->id, id);
			assert_true(
			    str_is(str_word(PUSH_PROVIDERS, id), p->name));
			assert_true(p->payload_max > 0);
		}
	}
	assert_non_null(push_provider(PUSH_APNS));
	assert_non_null(push_provider(PUSH_FCM));
	assert_true(
	    str_is(str_word(PUSH_VERDICTS, PUSH_UNKNOWN + 1), "unknown"));
	assert_true(str_is(str_word(PUSH_VERDICTS, PUSH_DONE + 1), "done"));
	assert_true(
	    str_is(str_word(PUSH_VERDICTS, PUSH_GIVE_UP + 1), "give_up"));
}

/* Any status with any body: an outcome, and never a dead token unless the body
 * says so in words. */
static void any_answer(void **state)
{
	static const char *const bodies[] = { "", "x", "{", "{}", "[]", "null",
		"{\"reason\":null}", "{\"reason\":{}}", "{\"error\":[]}",
		"{\"error\":{\"details\":{}}}",
		"{\"error\":{\"details\":[1,null,[],{}]}}",
		"{\"error\":{\"details\":[{\"@type\":\".BadRequest\","
		"\"fieldViolations\":[null,{\"field\":3}]}]}}",
		"{\"timestamp\":\"x\"}" };
	static const struct push_provider *const list[] = { &push_apns,
		&push_fcm };
	const struct push_address to = { .token = STR("00") };

	(void)state;
	for (size_t p = 0; p < 2; p++)
		for (int status = 100; status < 600; status++)
			for (size_t i = 0;
			     i < sizeof(bodies) / sizeof(bodies[0]); i++) {
				struct push_answer a = { .status = status,
					.body = str_of(bodies[i]) };
				struct push_outcome o;

				list[p]->judge(&arena, &a, &to, NOW, &o);
				assert_int_equal(o.verdict == PUSH_DONE,
				    status == 200);
				assert_int_not_equal(o.verdict, PUSH_DROP);
				assert_int_not_equal(o.verdict, PUSH_UNKNOWN);
				assert_true(o.dead_since_ms == 0);
				if (status >= 500)
					assert_int_equal(o.verdict, PUSH_RETRY);
				arena_rewind(&arena);
			}
}

static int release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts),
		cmocka_unit_test(retry_after),
		cmocka_unit_test(reasons),
		cmocka_unit_test(pauses),
		cmocka_unit_test(queues),
		cmocka_unit_test(table),
		cmocka_unit_test(any_answer),
	};

	crypto_init();
	arena_init(&arena);
	return cmocka_run_group_tests(tests, NULL, release);
}
