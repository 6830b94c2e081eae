#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "child.h"

static void grows(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	assert_true(str_is(buf_view(&b), ""));
	for (int i = 0; i < 10000; i++) {
		buf_char(&b, (char)('a' + i % 26));
		assert_int_equal(b.len, i + 1);
		assert_int_equal(b.p[b.len], 0);
		assert_true(b.len < b.cap);
	}
	for (int i = 0; i < 10000; i++)
		assert_int_equal(b.p[i], 'a' + i % 26);
	buf_release(&b);
	assert_null(b.p);
	assert_int_equal(b.cap, 0);
}

static void adds(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_add(&b, NULL, 0);
	buf_str(&b, STR_NONE);
	buf_cstr(&b, "");
	assert_true(str_is(buf_view(&b), ""));
	buf_add(&b, "a\0b", 3);
	buf_str(&b, STR("cd"));
	buf_cstr(&b, "ef");
	assert_true(str_eq(buf_view(&b), STR("a\0bcdef")));
	buf_clear(&b);
	assert_true(str_is(buf_view(&b), ""));
	assert_int_equal(b.p[0], 0);
	buf_release(&b);
}

static void formats(void **state)
{
	struct buf b;
	size_t want = 0;

	(void)state;
	buf_init(&b);
	for (int len = 1; len < 400; len++) {
		buf_printf(&b, "%0*d", len, 5);
		want += (size_t)len;
		assert_int_equal(b.len, want);
		assert_int_equal(strlen(b.p), want);
		assert_int_equal(b.p[want - 1], '5');
	}
	buf_release(&b);
	/* In new buffers too: one length fills the capacity exactly. */
	for (int len = 1; len < 400; len++) {
		buf_init(&b);
		buf_printf(&b, "%0*d", len, 5);
		assert_int_equal(strlen(b.p), len);
		assert_int_equal(b.p[len - 1], '5');
		buf_release(&b);
	}
}

static void little_endian(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_u8(&b, 0xfe);
	buf_u16(&b, 0x0102);
	buf_u32(&b, 0xf3040506);
	buf_u64(&b, UINT64_C(0xf708090a0b0c0d0e));
	assert_int_equal(b.len, 15);
	assert_memory_equal(b.p,
	    "\xfe\x02\x01\x06\x05\x04\xf3"
	    "\x0e\x0d\x0c\x0b\x0a\x09\x08\xf7",
	    15);
	/* Also unaligned. */
	assert_int_equal(get_u16(b.p + 1), 0x0102);
	assert_true(get_u32(b.p + 3) == UINT32_C(0xf3040506));
	assert_true(get_u64(b.p + 7) == UINT64_C(0xf708090a0b0c0d0e));
	buf_release(&b);
}

static void reserves_and_drops(void **state)
{
	struct buf b;
	char *p;

	(void)state;
	buf_init(&b);
	buf_drop(&b, 0);
	p = buf_reserve(&b, 1000);
	memset(p, 'x', 1000);
	assert_int_equal(b.len, 0);
	buf_added(&b, 1000);
	assert_int_equal(b.len, 1000);
	assert_int_equal(b.p[1000], 0);
	buf_cstr(&b, "end");
	buf_drop(&b, 1001);
	assert_true(str_is(buf_view(&b), "nd"));
	assert_int_equal(b.p[2], 0);
	buf_drop(&b, 2);
	assert_true(str_is(buf_view(&b), ""));
	buf_release(&b);
}

static void shrinks(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b);
	buf_shrink(&b, 0);
	memset(buf_reserve(&b, 100000), 'x', 100000);
	buf_added(&b, 100000);
	buf_shrink(&b, 500); /* never below its length */
	assert_int_equal(b.len, 100000);
	assert_int_equal(b.p[100000], 0);
	buf_drop(&b, 99990);
	buf_shrink(&b, 500);
	assert_int_equal(b.cap, 500);
	assert_true(str_is(buf_view(&b), "xxxxxxxxxx"));
	buf_shrink(&b, 1000);
	assert_int_equal(b.cap, 500);
	buf_clear(&b);
	buf_shrink(&b, 0);
	assert_null(b.p);
	buf_cstr(&b, "again");
	assert_true(str_is(buf_view(&b), "again"));
	buf_release(&b);
}

static void drop_too_much(void *arg)
{
	struct buf b;

	(void)arg;
	buf_init(&b);
	buf_cstr(&b, "abc");
	buf_drop(&b, 4);
}

static void add_too_much(void *arg)
{
	struct buf b;

	(void)arg;
	buf_init(&b);
	buf_reserve(&b, 10);
	buf_added(&b, b.cap);
}

static void reserve_too_much(void *arg)
{
	struct buf b;

	(void)arg;
	buf_init(&b);
	buf_reserve(&b, SIZE_MAX);
}

static void misuse_ends_the_process(void **state)
{
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(child_run(drop_too_much, NULL, text), 128 + 6);
	assert_non_null(strstr(text, "ev=bug"));
	assert_int_equal(child_run(add_too_much, NULL, text), 128 + 6);
	assert_non_null(strstr(text, "ev=bug"));
	assert_int_equal(child_run(reserve_too_much, NULL, text), 71);
	assert_non_null(strstr(text, "out of memory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows),
		cmocka_unit_test(adds),
		cmocka_unit_test(formats),
		cmocka_unit_test(little_endian),
		cmocka_unit_test(reserves_and_drops),
		cmocka_unit_test(shrinks),
		cmocka_unit_test(misuse_ends_the_process),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
