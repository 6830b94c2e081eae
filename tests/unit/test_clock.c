#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

static void iso(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 999, "1970-01-01T00:00:00.999Z" },
		{ 86399999, "1970-01-01T23:59:59.999Z" },
		{ INT64_C(951827696007), "2000-02-29T12:34:56.007Z" },
		{ INT64_C(1767323045678), "2026-01-02T03:04:05.678Z" },
		{ INT64_C(4107542399999), "2100-02-28T23:59:59.999Z" },
		{ INT64_C(4107542400000), "2100-03-01T00:00:00.000Z" },
		{ INT64_C(253402300799999), "9999-12-31T23:59:59.999Z" },
		{ INT64_C(253402300800000), "9999-12-31T23:59:59.999Z" },
		{ INT64_MAX, "9999-12-31T23:59:59.999Z" },
		{ -1, "1970-01-01T00:00:00.000Z" },
		{ INT64_MIN, "1970-01-01T00:00:00.000Z" },
	};
	char dst[CLOCK_ISO_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_ptr_equal(clock_iso(dst, cases[i].ms), dst);
		assert_string_equal(dst, cases[i].text);
	}
}

static void agrees_with_libc(void **state)
{
	time_t before = time(NULL);
	int64_t now = clock_now_ms();

	(void)state;
	/* time(2) may lag by a tick. */
	assert_in_range(now / 1000, before, time(NULL) + 1);
}

static void never_goes_back(void **state)
{
	int64_t us = clock_mono_us(), ms;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int64_t next = clock_mono_us();

		assert_true(next >= us);
		us = next;
	}
	ms = clock_mono_ms();
	assert_true(ms >= us / 1000);
	assert_true(clock_mono_us() / 1000 >= ms);
}

/* The same second, unless the host was suspended since it started. */
static void boot_counts_no_less(void **state)
{
	int64_t mono = clock_mono_ms(), boot = clock_boot_ms();

	(void)state;
	assert_true(boot >= mono);
	clock_sleep_ms(20);
	assert_true(clock_boot_ms() >= boot + 20);
}

static void sleeps(void **state)
{
	int64_t start = clock_mono_us();

	(void)state;
	clock_sleep_ms(30);
	assert_true(clock_mono_us() - start >= 30000);
	clock_sleep_ms(0);
	clock_sleep_ms(-5);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

/* Even where the handler restarts system calls. */
static void signal_ends_sleep(void **state)
{
	struct sigaction act = { .sa_handler = on_alarm,
		.sa_flags = SA_RESTART };
	/* Again and again: the first may come before the sleep. */
	const struct itimerval soon = { { .tv_usec = 50000 },
		{ .tv_usec = 50000 } };
	const struct itimerval never = { 0 };

	(void)state;
	assert_int_equal(sigaction(SIGALRM, &act, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	clock_sleep_ms(INT64_C(24) * 3600 * 1000);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_true(alarms >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iso),
		cmocka_unit_test(agrees_with_libc),
		cmocka_unit_test(never_goes_back),
		cmocka_unit_test(boot_counts_no_less),
		cmocka_unit_test(sleeps),
		cmocka_unit_test(signal_ends_sleep),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
