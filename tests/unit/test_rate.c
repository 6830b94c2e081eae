#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "im/site/rate.h"
#include "memcached.h"

struct fixture {
	struct memcached mc;
	struct arena arena;
	struct cache *cache;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char text[300];
	const char *over[] = { text, "cache.timeout_ms=2000", "rate.signup=3",
		"rate.read=0" };

	*state = f;
	arena_init(&f->arena);
	if (memcached_open(&f->mc) < 0)
		return -1;
	snprintf(text, sizeof(text), "cache.servers=%s", f->mc.path);
	conf_load("/dev/null", over, 4);
	f->cache = cache_new();
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	cache_free(&f->cache);
	memcached_close(&f->mc);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static int take(struct fixture *f, enum rate_class class, const char *who,
    struct error *err)
{
	return rate_take(f->cache, &f->arena, class, str_of(who), err);
}

#define TRIES 6

/* Which of TRIES are taken, as "111000": all of them in one window, which is
 * an hour of the clock. */
static const char *pattern(struct fixture *f, const char *who)
{
	static char text[TRIES + 1];
	struct error err;
	int64_t hour;

	do {
		hour = clock_now_ms() / 3600000;
		for (int i = 0; i < TRIES; i++)
			text[i] = take(f, RATE_SIGNUP, who, &err) ? '0' : '1';
	} while (clock_now_ms() / 3600000 != hour);
	return text;
}

static void so_many_and_no_more(void **state)
{
	struct fixture *f = *state;
	struct error err;

	assert_string_equal(pattern(f, "a"), "111000");
	/* Another hour may have begun: then there are three more. */
	for (int i = 0; i < 4; i++) {
		if (take(f, RATE_SIGNUP, "a", &err) == 0)
			continue;
		assert_int_equal(err.code, ERR_RATE_LIMITED);
		assert_true(err.retry_after_ms > 0);
		assert_true(err.retry_after_ms <= 3600000);
	}
	assert_int_equal(err.code, ERR_RATE_LIMITED);
	assert_int_equal(take(f, RATE_SIGNUP, "b", &err), 0);
	assert_int_equal(take(f, RATE_LOGIN, "a", &err), 0);
}

static void any_name_will_do(void **state)
{
	struct fixture *f = *state;
	char longest[1000];
	struct error err;

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(take(f, RATE_SIGNUP, longest, &err), 0);
	assert_int_equal(take(f, RATE_SIGNUP, "with blank\n", &err), 0);
	assert_int_equal(take(f, RATE_SIGNUP, "", &err), 0);
	assert_string_equal(pattern(f, "\xff"), "111000");
}

static void none_where_none_is_set(void **state)
{
	struct fixture *f = *state;
	struct error err;

	for (int i = 0; i < 100; i++)
		assert_int_equal(take(f, RATE_READ, "a", &err), 0);
	memcached_kill(&f->mc);
	for (int i = 0; i < 10; i++)
		assert_int_equal(take(f, RATE_SIGNUP, "a", &err), 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(so_many_and_no_more),
		TEST(any_name_will_do),
		TEST(none_where_none_is_set),
	};

	crypto_init();
	/* The killed processes would cause warnings. */
	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
