#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/cache.h"
#include "memcached.h"

struct fixture {
	struct memcached mc, second;
	struct arena arena;
	struct cache *cache;
};

static void configure(const char *servers, int timeout_ms)
{
	char text[300], timeout[40];
	const char *over[] = { text, timeout };

	snprintf(text, sizeof(text), "cache.servers=%s", servers);
	snprintf(timeout, sizeof(timeout), "cache.timeout_ms=%d", timeout_ms);
	conf_load("/dev/null", over, 2);
}

static const uint8_t key[CRYPTO_KEY_LEN] = "the key of the installation";

static struct cache *open_cache(void)
{
	struct cache *c = cache_new();

	cache_trust(c, 1, key);
	return c;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	arena_init(&f->arena);
	if (memcached_open(&f->mc) < 0)
		return -1;
	configure(f->mc.path, 5000);
	f->cache = open_cache();
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	cache_free(&f->cache);
	assert_null(f->cache);
	memcached_close(&f->mc);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static struct cache_item get(struct fixture *f, const char *name)
{
	struct cache_item it = { .key = str_of(name) };

	cache_get(f->cache, &f->arena, &it, 1);
	return it;
}

static struct cache_item get_hint(struct fixture *f, const char *name)
{
	struct cache_item it = { .key = str_of(name), .is_hint = true };

	cache_get(f->cache, &f->arena, &it, 1);
	return it;
}

static void keeps_bytes(void **state)
{
	struct fixture *f = *state;
	static const char bytes[] = "a\0b\r\nEND\r\n\xff";
	struct str value = { bytes, sizeof(bytes) - 1 };
	struct cache_item it;

	assert_null(get(f, "none").value.p);
	assert_true(cache_put(f->cache, STR("k"), 5, value, 0));
	it = get(f, "k");
	assert_int_equal(it.seq, 5);
	assert_true(str_eq(it.value, value));

	/* The empty value is a value. */
	assert_true(cache_set(f->cache, STR("e"), 1, STR(""), 60));
	it = get_hint(f, "e");
	assert_non_null(it.value.p);
	assert_int_equal(it.value.len, 0);

	cache_delete(f->cache, STR("k"));
	assert_null(get(f, "k").value.p);
}

static void higher_wins(void **state)
{
	struct fixture *f = *state;

	assert_true(cache_put(f->cache, STR("k"), 7, STR("seven"), 0));
	assert_false(cache_put(f->cache, STR("k"), 6, STR("six"), 0));
	assert_false(cache_put(f->cache, STR("k"), 7, STR("other"), 0));
	assert_true(str_is(get(f, "k").value, "seven"));
	assert_true(cache_put(f->cache, STR("k"), 8, STR("eight"), 0));
	assert_true(str_is(get(f, "k").value, "eight"));
	assert_true(cache_set(f->cache, STR("h"), 8, STR("eight"), 0));
	assert_true(cache_set(f->cache, STR("h"), 2, STR("two"), 0));
	assert_int_equal(get_hint(f, "h").seq, 2);
	assert_true(cache_put(f->cache, STR("k"), INT64_MAX, STR("max"), 0));
	assert_int_equal(get(f, "k").seq, INT64_MAX);
}

static void updates_what_was_read(void **state)
{
	struct fixture *f = *state;
	struct cache_item none = { .key = STR("u"), .is_hint = true }, was;

	assert_true(cache_update(f->cache, &none, 3, STR("three"), 0));
	assert_false(cache_update(f->cache, &none, 4, STR("four"), 0));
	was = get_hint(f, "u");
	assert_true(cache_update(f->cache, &was, 4, STR("four"), 0));
	assert_false(cache_update(f->cache, &was, 5, STR("five"), 0));
	assert_true(str_is(get_hint(f, "u").value, "four"));
}

/* Concurrent writers in separate processes: the newest value is left. */
static void higher_wins_in_a_race(void **state)
{
	struct fixture *f = *state;
	pid_t pids[4];

	for (int w = 0; w < 4; w++) {
		pids[w] = fork();
		if (pids[w])
			continue;
		struct cache *c = open_cache();
		char text[24];

		for (int i = 0; i < 500; i++) {
			int seq = i * 4 + w;
			int len = snprintf(text, sizeof(text), "%d", seq);

			cache_put(c, STR("race"), seq,
			    (struct str){ text, (size_t)len }, 0);
		}
		_exit(0);
	}
	for (int w = 0; w < 4; w++)
		waitpid(pids[w], NULL, 0);
	/*
	 * A writer gives up after losing a few races, so the very last number
	 * may be missing; but value and number match, and nothing older than a
	 * full round is left.
	 */
	struct cache_item it = get(f, "race");
	int64_t n;

	assert_true(str_to_int(it.value, &n));
	assert_int_equal(n, it.seq);
	assert_true(it.seq > 1900);
}

static void gets_many(void **state)
{
	struct fixture *f = *state;
	enum { N = 750 };
	struct cache_item items[N + 2] = { 0 };
	int64_t hits = stat_get(STAT_CACHE_HITS);

	for (int i = 0; i < N; i++) {
		items[i].key = arena_printf(&f->arena, "many:%d", i);
		if (i % 3)
			cache_put(f->cache, items[i].key, i,
			    arena_printf(&f->arena, "value %d", i), 0);
	}
	items[N].key = STR("many:1");
	items[N + 1].key = STR("many:0");
	assert_int_equal(cache_get(f->cache, &f->arena, items, N + 2),
	    N / 3 * 2 + 1);
	for (int i = 0; i < N; i++) {
		if (i % 3 == 0) {
			assert_null(items[i].value.p);
			continue;
		}
		assert_int_equal(items[i].seq, i);
		assert_true(str_eq(items[i].value,
		    arena_printf(&f->arena, "value %d", i)));
	}
	assert_true(str_is(items[N].value, "value 1"));
	assert_int_equal(stat_get(STAT_CACHE_HITS) - hits, N / 3 * 2 + 1);
	/* The same key twice in one round trip. */
	items[0].key = items[1].key;
	assert_int_equal(cache_get(f->cache, &f->arena, items, 2), 2);
	assert_true(str_is(items[0].value, "value 1"));
	assert_true(str_is(items[1].value, "value 1"));
	assert_int_equal(cache_get(f->cache, &f->arena, items, 0), 0);
}

static void counts(void **state)
{
	struct fixture *f = *state;
	int64_t until = 0;

	assert_int_equal(cache_count(f->cache, STR("n"), 1, 60), 1);
	assert_int_equal(cache_count(f->cache, STR("n"), 1, 60), 2);
	assert_int_equal(cache_count(f->cache, STR("n"), 40, 60), 42);
	assert_int_equal(cache_count(f->cache, STR("n"), 0, 60), 42);
	assert_int_equal(cache_count(f->cache, STR("m"), 5, 1), 5);
	while (patient(&until)) {
		if (cache_count(f->cache, STR("m"), 0, 1) == 0)
			return;
	}
	fail_msg("a counter outlived its time");
}

static void too_big_is_no_failure(void **state)
{
	struct fixture *f = *state;
	size_t len = 3 << 20;
	struct str big = { arena_alloc(&f->arena, len), len };

	for (int i = 0; i < 5; i++)
		assert_false(cache_set(f->cache, STR("big"), 1, big, 0));
	assert_true(cache_is_up(f->cache));
	assert_null(get(f, "big").value.p);
	assert_true(cache_put(f->cache, STR("small"), 1, STR("x"), 0));
}

/*
 * How often the server was asked in vain: three times at first, then once in
 * each second, however many calls there are.
 */
struct attempts {
	int64_t errors, since_ms;
};

static struct attempts attempts(void)
{
	return (
	    struct attempts){ stat_get(STAT_CACHE_ERRORS), clock_mono_ms() };
}

static void assert_bounded(const struct attempts *at)
{
	int64_t n = stat_get(STAT_CACHE_ERRORS) - at->errors;

	assert_true(n >= 3);
	assert_true(n <= 3 + (clock_mono_ms() - at->since_ms) / 1000);
}

static void dies_and_comes_back(void **state)
{
	struct fixture *f = *state;
	struct cache_item it = { .key = STR("k") };
	struct attempts at;
	int64_t until = 0;

	assert_true(cache_put(f->cache, STR("k"), 1, STR("x"), 0));
	memcached_kill(&f->mc);
	at = attempts();
	for (int i = 0; i < 100; i++) {
		cache_get(f->cache, &f->arena, &it, 1);
		assert_null(it.value.p);
		assert_false(cache_put(f->cache, STR("k"), 2, STR("y"), 0));
		assert_int_equal(cache_count(f->cache, STR("n"), 1, 60), -1);
	}
	assert_bounded(&at);

	assert_int_equal(memcached_start(&f->mc), 0);
	while (
	    !cache_put(f->cache, STR("k"), 3, STR("z"), 0) && patient(&until))
		;
	assert_true(cache_is_up(f->cache));
	assert_true(str_is(get(f, "k").value, "z"));
}

static struct cache_item get_at_last(struct fixture *f, const char *name)
{
	struct cache_item it = get(f, name);
	int64_t until = 0;

	while (!it.value.p && patient(&until))
		it = get(f, name);
	return it;
}

/* A server that hangs costs its time-out a few times, until the circuit opens,
 * and its late answer is not taken for that to a later request. */
static void hangs(void **state)
{
	struct fixture *f = *state;
	struct cache_item it = { .key = STR("a") };
	struct attempts at;

	assert_true(cache_put(f->cache, STR("a"), 1, STR("A"), 0));
	assert_true(cache_put(f->cache, STR("b"), 1, STR("B"), 0));
	configure(f->mc.path, 50);
	cache_free(&f->cache);
	f->cache = open_cache();
	kill(f->mc.pid, SIGSTOP);
	assert_int_equal(waitpid(f->mc.pid, NULL, WUNTRACED), f->mc.pid);
	at = attempts();
	for (int i = 0; i < 100; i++)
		assert_int_equal(cache_get(f->cache, &f->arena, &it, 1), -1);
	assert_bounded(&at);
	kill(f->mc.pid, SIGCONT);
	assert_true(str_is(get_at_last(f, "b").value, "B"));
	assert_true(str_is(get_at_last(f, "a").value, "A"));
}

/* With one of two servers down, its keys miss and the others hit. */
static void one_of_two(void **state)
{
	struct fixture *f = *state;
	struct cache_item items[40];
	char servers[256];
	int before, after;

	assert_int_equal(memcached_open(&f->second), 0);
	snprintf(servers, sizeof(servers), "%s, %s", f->mc.path,
	    f->second.path);
	configure(servers, 5000);
	cache_free(&f->cache);
	f->cache = open_cache();
	for (int i = 0; i < 40; i++) {
		items[i].key = arena_printf(&f->arena, "two:%d", i);
		assert_true(cache_put(f->cache, items[i].key, 1, STR("x"), 0));
	}
	before = cache_get(f->cache, &f->arena, items, 40);
	assert_int_equal(before, 40);
	memcached_close(&f->second);
	/* Every time, not just sometimes. */
	for (int i = 0; i < 100; i++) {
		after = cache_get(f->cache, &f->arena, items, 40);
		assert_true(after > 0 && after < 40);
		assert_true(cache_is_up(f->cache));
		clock_sleep_ms(20);
	}
}

/* The bytes that memcached holds, seq and all: as somebody else sees them. */
struct raw {
	int64_t head;
	struct str rest;
};

static struct raw raw_get(struct fixture *f, const char *name)
{
	struct cache_item it = get_hint(f, name);

	return (struct raw){ it.seq, it.value };
}

static bool raw_set(struct fixture *f, const char *name, struct raw r)
{
	return cache_set(f->cache, str_of(name), r.head, r.rest, 0);
}

static void is_forged(struct fixture *f, const char *name)
{
	int64_t forged = stat_get(STAT_CACHE_FORGED);

	assert_null(get(f, name).value.p);
	assert_int_equal(stat_get(STAT_CACHE_FORGED), forged + 1);
}

static void believes_only_its_own(void **state)
{
	static const uint8_t other[CRYPTO_KEY_LEN] = "another key";
	struct fixture *f = *state;
	struct raw good, bad;
	char *p;

	assert_true(cache_put(f->cache, STR("k"), 7, STR("mine"), 0));
	good = raw_get(f, "k");
	/* A bit of any byte, and any length. */
	for (size_t i = 0; i < good.rest.len; i++) {
		p = arena_memdup(&f->arena, good.rest.p, good.rest.len);
		p[i] ^= 1;
		bad = (struct raw){ good.head, { p, good.rest.len } };
		assert_true(raw_set(f, "k", bad));
		is_forged(f, "k");
		bad = (struct raw){ good.head, { good.rest.p, i } };
		assert_true(raw_set(f, "k", bad));
		is_forged(f, "k");
	}
	bad = (struct raw){ good.head + 1, good.rest };
	assert_true(raw_set(f, "k", bad));
	is_forged(f, "k");
	assert_true(raw_set(f, "l", good));
	is_forged(f, "l");
	assert_true(raw_set(f, "k", good));
	assert_true(str_is(get(f, "k").value, "mine"));
	/* A value that nobody signed does not keep a copy away. */
	bad = (struct raw){ INT64_MAX, good.rest };
	assert_true(raw_set(f, "k", bad));
	assert_true(cache_put(f->cache, STR("k"), 8, STR("newer"), 0));
	assert_true(str_is(get(f, "k").value, "newer"));
	cache_trust(f->cache, 1, other);
	is_forged(f, "k");
	/* Without a key there are no copies. */
	cache_trust(f->cache, 0, NULL);
	assert_null(get(f, "k").value.p);
	assert_false(cache_put(f->cache, STR("k"), 9, STR("x"), 0));
}

static void ends_even_if_put_back(void **state)
{
	struct fixture *f = *state;
	int64_t until = 0;
	struct raw good;

	assert_true(cache_put(f->cache, STR("k"), 7, STR("mine"), 1));
	good = raw_get(f, "k");
	assert_non_null(good.rest.p);
	while (raw_get(f, "k").rest.p && patient(&until))
		;
	/* memcached counts in seconds of its own: it may be ahead. */
	while (raw_set(f, "k", good) && get(f, "k").value.p && patient(&until))
		;
	is_forged(f, "k");
}

static void none_configured(void **state)
{
	struct fixture *f = *state;

	configure("", 5000);
	cache_free(&f->cache);
	f->cache = open_cache();
	assert_false(cache_is_up(f->cache));
	assert_false(cache_put(f->cache, STR("k"), 1, STR("x"), 0));
	assert_null(get(f, "k").value.p);
	assert_int_equal(cache_count(f->cache, STR("n"), 1, 1), -1);
}

/* A server at an IPv6 address is connected to. */
static void ipv6(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_in6 at = { .sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd waiting = { .fd = fd, .events = POLLIN };
	char address[40];

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) < 0)
		skip();
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(address, sizeof(address), "[::1]:%d", ntohs(at.sin6_port));
	configure(address, 5);
	cache_free(&f->cache);
	f->cache = open_cache();
	assert_null(get(f, "k").value.p);
	assert_int_equal(poll(&waiting, 1, PATIENCE_MS), 1);
	close(fd);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_bytes),
		TEST(higher_wins),
		TEST(updates_what_was_read),
		TEST(higher_wins_in_a_race),
		TEST(gets_many),
		TEST(counts),
		TEST(too_big_is_no_failure),
		TEST(dies_and_comes_back),
		TEST(hangs),
		TEST(one_of_two),
		TEST(believes_only_its_own),
		TEST(ends_even_if_put_back),
		TEST(ipv6),
		TEST(none_configured),
	};

	/* The killed processes would cause warnings. */
	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
