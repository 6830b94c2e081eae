#include "base/clock.h"

#include <stdio.h>
#include <time.h>

/* The last ms of the year 9999, the last one that RFC 3339 can write. */
#define ISO_MS_MAX INT64_C(253402300799999)

/* A slower answer is believed only if there was none for long. */
#define QUICK_MS 50
#define OLD_MS   10000

static int64_t read_us(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_mono_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_mono_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t clock_boot_ms(void)
{
	return read_us(CLOCK_BOOTTIME) / 1000;
}

static int64_t offset_ms; /* of the site's clock; 0: not known */
static int64_t learnt_ms; /* clock_boot_ms() */

static int64_t load(const int64_t *v)
{
	return __atomic_load_n(v, __ATOMIC_RELAXED);
}

static void store(int64_t *v, int64_t n)
{
	__atomic_store_n(v, n, __ATOMIC_RELAXED);
}

void clock_site_learn(int64_t site_ms, int64_t asked_ms)
{
	int64_t now = clock_boot_ms(), took = now - asked_ms;

	if (took > QUICK_MS && load(&offset_ms) &&
	    now - load(&learnt_ms) < OLD_MS)
		return;
	store(&offset_ms, site_ms - (asked_ms + took / 2));
	store(&learnt_ms, now);
}

bool clock_site_is_known(void)
{
	return load(&offset_ms) != 0;
}

int64_t clock_site_ms(void)
{
	int64_t offset = load(&offset_ms);

	return offset ? clock_boot_ms() + offset : clock_now_ms();
}

void clock_sleep_ms(int64_t ms)
{
	struct timespec t;

	if (ms <= 0)
		return;
	t.tv_sec = (time_t)(ms / 1000);
	t.tv_nsec = (long)(ms % 1000) * 1000000;
	nanosleep(&t, NULL);
}

char *clock_iso(char dst[CLOCK_ISO_LEN], int64_t ms)
{
	char text[64];
	struct tm tm;
	time_t s;

	/* Clamps, so that the length and form of the text are fixed. */
	if (ms < 0)
		ms = 0;
	if (ms > ISO_MS_MAX)
		ms = ISO_MS_MAX;
	s = (time_t)(ms / 1000);
	gmtime_r(&s, &tm);
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (int)(ms % 1000));
	snprintf(dst, CLOCK_ISO_LEN, "%.*s", CLOCK_ISO_LEN - 1, text);
	return dst;
}
