#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "child.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

static bool all_zero(const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i])
			return false;
	}
	return true;
}

static void aligned_and_apart(void **state)
{
	struct arena a;
	unsigned char *before = NULL;

	(void)state;
	arena_init(&a);
	for (size_t len = 0; len < 200; len++) {
		unsigned char *p = arena_alloc(&a, len);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		assert_true(!before || p >= before + (len ? len - 1 : 1));
		assert_ptr_not_equal(p, before);
		memset(p, 0xa5, len);
		before = p;
	}
	arena_release(&a);
}

static void zeroed_again_after_rewind(void **state)
{
	struct arena a;
	unsigned char *p, *q;

	(void)state;
	arena_init(&a);
	p = arena_alloc(&a, 1000);
	assert_true(all_zero(p, 1000));
	memset(p, 0xff, 1000);
	arena_rewind(&a);
	q = arena_alloc(&a, 1000);
	/* The first block is kept: the same memory, zeroed again. */
	assert_ptr_equal(p, q);
	assert_true(all_zero(q, 1000));
	arena_release(&a);
	assert_null(a.first);
}

static void many_blocks(void **state)
{
	static unsigned char *p[300];
	struct arena a;

	(void)state;
	arena_init(&a);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 300; i++) {
			p[i] = arena_alloc(&a, 1000 + i * 50);
			memset(p[i], (int)i & 0xff, 1000 + i * 50);
		}
		for (size_t i = 0; i < 300; i++) {
			assert_int_equal(p[i][0], i & 0xff);
			assert_int_equal(p[i][999 + i * 50], i & 0xff);
		}
		arena_rewind(&a);
	}
	/* Bigger than any block. */
	p[0] = arena_alloc(&a, 5 * 1024 * 1024);
	assert_true(all_zero(p[0], 5 * 1024 * 1024));
	p[1] = arena_alloc(&a, 10);
	memset(p[1], 1, 10);
	assert_true(all_zero(p[0], 5 * 1024 * 1024));
	arena_release(&a);
}

static void copies(void **state)
{
	char bytes[] = { 'a', 0, 'b' };
	struct arena a;
	struct str s;
	char *p;

	(void)state;
	arena_init(&a);
	p = arena_memdup(&a, bytes, sizeof(bytes));
	assert_memory_equal(p, "a\0b", 4);
	p = arena_memdup(&a, NULL, 0);
	assert_string_equal(p, "");
	s = arena_str(&a, STR_NONE);
	assert_null(s.p);
	s = arena_str(&a, STR(""));
	assert_non_null(s.p);
	assert_int_equal(s.len, 0);
	s = arena_str(&a, (struct str){ "hello world", 5 });
	assert_string_equal(s.p, "hello");
	assert_int_equal(s.len, 5);
	assert_null(arena_cstr(&a, NULL));
	assert_string_equal(arena_cstr(&a, "x"), "x");
	arena_release(&a);
}

/* Around the length up to which formatting needs one pass. */
static void formats(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (int len = 0; len < 600; len++) {
		struct str s = arena_printf(&a, "%0*d|", len, 7);
		size_t want = (size_t)(len ? len : 1) + 1;

		assert_int_equal(s.len, want);
		assert_int_equal(strlen(s.p), want);
		assert_int_equal(s.p[want - 2], '7');
		assert_int_equal(s.p[want - 1], '|');
	}
	arena_release(&a);
}

static char order[16];

static void note(void *p)
{
	size_t len = strlen(order);

	snprintf(order + len, sizeof(order) - len, "%s", (char *)p);
}

static struct arena *deferring;

static void note_and_defer(void *p)
{
	note(p);
	arena_defer(deferring, note, "z");
}

static void defers_newest_first(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	deferring = &a;
	order[0] = '\0';
	arena_defer(&a, note, "a");
	arena_defer(&a, note_and_defer, "b");
	arena_defer(&a, note, "c");
	assert_string_equal(order, "");
	arena_rewind(&a);
	/* Calls deferred meanwhile run too, and none runs twice. */
	assert_string_equal(order, "cbza");
	arena_rewind(&a);
	assert_string_equal(order, "cbza");
	arena_defer(&a, note, "d");
	arena_release(&a);
	assert_string_equal(order, "cbzad");
	arena_release(&a); /* of an empty one: no effect */
}

static void too_many(void *arg)
{
	struct arena a;

	(void)arg;
	arena_init(&a);
	/* The product wraps around to 8. */
	arena_array(&a, SIZE_MAX / 8 + 2, 8);
}

static void too_long(void *arg)
{
	struct arena a;

	(void)arg;
	arena_init(&a);
	arena_alloc(&a, SIZE_MAX - 7);
}

static void dies_without_memory(void **state)
{
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(child_run(too_many, NULL, text), 71); /* EX_OSERR */
	assert_non_null(strstr(text, "out of memory"));
	assert_int_equal(child_run(too_long, NULL, text), 71);
	assert_non_null(strstr(text, "out of memory"));
}

#ifdef __SANITIZE_ADDRESS__
static void poisons(void **state)
{
	struct arena a;
	char *p, *q;

	(void)state;
	arena_init(&a);
	p = arena_alloc(&a, 13);
	q = arena_alloc(&a, 1);
	assert_false(__asan_address_is_poisoned(p + 12));
	assert_true(__asan_address_is_poisoned(p + 13));
	assert_true(__asan_address_is_poisoned(q - 1));
	arena_rewind(&a);
	assert_true(__asan_address_is_poisoned(p));
	assert_true(__asan_address_is_poisoned(q));
	arena_release(&a);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligned_and_apart),
		cmocka_unit_test(zeroed_again_after_rewind),
		cmocka_unit_test(many_blocks),
		cmocka_unit_test(copies),
		cmocka_unit_test(formats),
		cmocka_unit_test(defers_newest_first),
		cmocka_unit_test(dies_without_memory),
#ifdef __SANITIZE_ADDRESS__
		cmocka_unit_test(poisons),
#endif
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
