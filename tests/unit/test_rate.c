#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "im/site/rate.h"
#include "im/site/rate_local.h"
#include "im/site/source.h"
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
		"rate.read=0", "rate.refused=3" };

	*state = f;
	arena_init(&f->arena);
	if (memcached_open(&f->mc) < 0)
		return -1;
	snprintf(text, sizeof(text), "cache.servers=%s", f->mc.path);
	conf_load("/dev/null", over, 5);
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
	return rate_take(f->cache, &f->arena, class, str_of(who), NULL, err);
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
		assert_true(err.retry_after_ms <= 3602000);
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
}

static void a_process_counts_for_itself_without_memcached(void **state)
{
	struct fixture *f = *state;
	struct error err;

	memcached_kill(&f->mc);
	assert_string_equal(pattern(f, "away"), "111000");
	assert_string_equal(pattern(f, "away-too"), "111000");
	for (int i = 0; i < 100; i++)
		assert_int_equal(take(f, RATE_READ, "away", &err), 0);
}

/* Fails as often as it may, then asks. */
static bool is_over(struct fixture *f, const char *who)
{
	struct error err;

	return rate_check(f->cache, &f->arena, RATE_REFUSED, str_of(who),
		   &err) < 0 &&
	       err.code == ERR_RATE_LIMITED && err.retry_after_ms > 0;
}

static void failures_are_counted_and_asked_for(void **state)
{
	struct fixture *f = *state;
	struct error err;

	for (int away = 0; away < 2; away++) {
		const char *who = away ? "bad-away" : "bad";

		assert_false(is_over(f, who));
		/* As often as the limit allows, in one window. */
		do {
			assert_false(is_over(f, "good"));
			take(f, RATE_REFUSED, who, &err);
			take(f, RATE_REFUSED, who, &err);
			take(f, RATE_REFUSED, who, &err);
		} while (!is_over(f, who));
		assert_false(is_over(f, "good"));
		if (!away)
			memcached_kill(&f->mc);
	}
}

static void a_flood_hides_no_name_that_is_counted_often(void **state)
{
	char name[32];

	(void)state;
	for (int i = 0; i < 100; i++)
		rate_local_count(STR("often"), 1, 3600000);
	for (int i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "flood-%d", i);
		assert_true(rate_local_count(str_of(name), 1, 3600000) >= 1);
	}
	assert_int_equal(rate_local_count(STR("often"), 0, 0), 100);
	assert_int_equal(rate_local_count(STR("often"), 1, 3600000), 101);
	assert_int_equal(rate_local_count(STR("never"), 0, 0), 0);
}

/* How many of n the user's rate lets pass, in one window; -1: it was not one.
 */
static int passed(struct fixture *f, const char *who, int n)
{
	int64_t window = clock_now_ms() / 10000;
	struct error err;
	int got = 0;

	for (int i = 0; i < n; i++)
		got += take(f, RATE_SEND, who, &err) == 0;
	return clock_now_ms() / 10000 == window ? got : -1;
}

static void one_process_lets_exactly_the_limit_pass(void **state)
{
	static const int64_t limits[] = { 1, 19, 20, 39, 40, 57, 1000 };
	struct fixture *f = *state;
	char who[32];
	int got;

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		conf.rate.send = limits[i];
		for (int try = 0;; try++) {
			snprintf(who, sizeof(who), "u%zu-%d", i, try);
			got = passed(f, who, (int)limits[i] + 50);
			if (got >= 0)
				break;
		}
		assert_int_equal(got, limits[i]);
	}
}

/* In another process, which is asked for as many as the limit. */
static int passed_elsewhere(struct fixture *f, const char *who)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		f->cache = cache_new();
		_exit(passed(f, who, 100) == 100 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status == 0 ? 100 : -1;
}

static void each_process_may_be_a_slice_ahead(void **state)
{
	struct fixture *f = *state;
	int64_t window;
	char who[32];
	int got;

	conf.rate.send = 100;
	for (int try = 0;; try++) {
		snprintf(who, sizeof(who), "far-%d", try);
		window = clock_now_ms() / 10000;
		got = passed_elsewhere(f, who);
		if (got == 100)
			got = passed(f, who, 100);
		if (clock_now_ms() / 10000 == window)
			break;
	}
	assert_in_range(got, 0, 100 / RATE_LOCAL_SLICE);
}

static void a_slice_costs_one_question(void **state)
{
	struct fixture *f = *state;
	int64_t before;
	int got = -1;

	conf.rate.send = 200;
	assert_int_not_equal(passed(f, "first of the process", 1), 0);
	/* Without memcached each question would be counted as an error. */
	for (int try = 0; got < 0; try++) {
		char who[32];

		snprintf(who, sizeof(who), "few-%d", try);
		before = stat_get(STAT_CACHE_ERRORS);
		memcached_kill(&f->mc);
		got = passed(f, who, 10);
		assert_int_equal(memcached_start(&f->mc), 0);
	}
	assert_int_equal(got, 10);
	assert_int_equal(stat_get(STAT_CACHE_ERRORS), before);
}

static void without_memcached_the_floor_holds_from_then_on(void **state)
{
	struct fixture *f = *state;
	int got = -1;
	char who[32];

	conf.rate.send = 50;
	for (int try = 0; got < 0; try++) {
		int64_t window = clock_now_ms() / 10000;

		snprintf(who, sizeof(who), "floor-%d", try);
		got = passed(f, who, 30);
		if (got < 0)
			continue;
		assert_int_equal(got, 30);
		memcached_kill(&f->mc);
		got = passed(f, who, 100);
		assert_int_equal(memcached_start(&f->mc), 0);
		if (clock_now_ms() / 10000 != window)
			got = -1;
	}
	assert_int_equal(got, 20);
}

static void addresses_that_are_one_source(void **state)
{
	static const struct {
		const char *address, *source;
	} cases[] = {
		{ "192.0.2.7", "192.0.2.7" },
		{ "::ffff:192.0.2.7", "192.0.2.7" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
		{ "2001:DB8:1:2::", "2001:db8:1:2::/64" },
		{ "2001:db8:1:3::1", "2001:db8:1:3::/64" },
		{ "::1", "::/64" },
		{ "localhost", "localhost" },
		{ "", "" },
		{ "2001:db8:1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:0:1:2:3:4",
		    "2001:db8:1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:0:1:2:3:4" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = source_of(&f->arena, str_of(cases[i].address));

		assert_true(str_is(s, cases[i].source));
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(so_many_and_no_more),
		TEST(any_name_will_do),
		TEST(none_where_none_is_set),
		TEST(a_process_counts_for_itself_without_memcached),
		TEST(failures_are_counted_and_asked_for),
		TEST(a_flood_hides_no_name_that_is_counted_often),
		TEST(one_process_lets_exactly_the_limit_pass),
		TEST(each_process_may_be_a_slice_ahead),
		TEST(a_slice_costs_one_question),
		TEST(without_memcached_the_floor_holds_from_then_on),
		TEST(addresses_that_are_one_source),
	};

	crypto_init();
	/* The killed processes would cause warnings. */
	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
