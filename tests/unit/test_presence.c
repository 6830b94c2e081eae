#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/log.h"
#include "io/presence.h"
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
	const char *over[] = { text, "cache.timeout_ms=2000",
		"bus.nodes=one=/nowhere/1, two=/nowhere/2" };

	*state = f;
	arena_init(&f->arena);
	if (memcached_open(&f->mc) < 0)
		return -1;
	snprintf(text, sizeof(text), "cache.servers=%s", f->mc.path);
	conf_load("/dev/null", over, 3);
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

static struct presence get(struct fixture *f, int64_t user_id)
{
	struct presence p = { .user_id = user_id };

	presence_get(f->cache, &f->arena, &p, 1);
	return p;
}

static struct presence_node in_life(const char *node, int64_t life)
{
	return (struct presence_node){ str_of(node), life };
}

static bool set(struct fixture *f, int64_t user_id, const char *node,
    enum presence_state s, const char *platforms)
{
	struct presence_node n = in_life(node, 1);

	return presence_beat(f->cache, &n, 60) &&
	       presence_set(f->cache, &f->arena, user_id, &n, s,
		   str_of(platforms));
}

static void one_node(void **state)
{
	struct fixture *f = *state;
	struct presence p = get(f, 7);

	assert_int_equal(p.state, PRESENCE_OFFLINE);
	assert_int_equal(p.last_ms, 0);
	assert_int_equal(p.nodes, 0);

	assert_true(set(f, 7, "one", PRESENCE_AWAY, "ios"));
	p = get(f, 7);
	assert_int_equal(p.state, PRESENCE_AWAY);
	assert_int_equal(p.nodes, 1);
	assert_true(str_is(p.platforms, "ios"));
	assert_true(p.last_ms > 0 && p.last_ms <= clock_now_ms());

	assert_true(set(f, 7, "one", PRESENCE_ONLINE, "ios,web"));
	assert_int_equal(get(f, 7).state, PRESENCE_ONLINE);

	assert_true(set(f, 7, "one", PRESENCE_OFFLINE, ""));
	p = get(f, 7);
	assert_int_equal(p.state, PRESENCE_OFFLINE);
	assert_int_equal(p.nodes, 0);
	assert_true(str_is(p.platforms, ""));
	/* The time of leaving is stored. */
	assert_true(p.last_ms > 0);
}

static void several_nodes(void **state)
{
	struct fixture *f = *state;
	struct presence p;

	assert_true(set(f, 7, "one", PRESENCE_AWAY, "web"));
	assert_true(set(f, 7, "two", PRESENCE_ONLINE, "web,ios"));
	assert_true(set(f, 7, "stranger", PRESENCE_AWAY, ""));
	p = get(f, 7);
	assert_int_equal(p.state, PRESENCE_ONLINE);
	assert_int_equal(p.nodes, 3);
	assert_true(str_is(p.platforms, "web,ios"));
	assert_true(set(f, 7, "two", PRESENCE_OFFLINE, ""));
	p = get(f, 7);
	assert_int_equal(p.state, PRESENCE_AWAY);
	assert_int_equal(p.nodes, 1);
	assert_true(str_is(p.platforms, "web"));
}

/* Nodes that rewrite the same value concurrently lose no line. */
static void nodes_in_a_race(void **state)
{
	static const char *const nodes[] = { "one", "two" };
	struct fixture *f = *state;
	pid_t pids[2];
	int status;

	for (int w = 0; w < 2; w++) {
		pids[w] = fork();
		if (pids[w])
			continue;
		f->cache = cache_new();
		for (int i = 0; i < 200; i++) {
			/* Odd rounds remove it, the last one sets it. */
			bool ok = set(f, 9, nodes[w],
			    i % 2 ? PRESENCE_ONLINE : PRESENCE_OFFLINE, "web");
			if (!ok && i == 199)
				_exit(1);
		}
		_exit(0);
	}
	for (int w = 0; w < 2; w++) {
		waitpid(pids[w], &status, 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(get(f, 9).nodes, 3);
}

static void markers(void **state)
{
	struct fixture *f = *state;
	struct presence users[2] = { { .user_id = 1 }, { .user_id = 2 } };
	uint32_t unmarked;

	assert_false(presence_is_marked(f->cache, &f->arena, STR("one")));
	presence_get_nodes(f->cache, &f->arena, users, 2, &unmarked);
	assert_int_equal(unmarked, 3);
	assert_true(presence_mark(f->cache, STR("two")));
	assert_true(presence_is_marked(f->cache, &f->arena, STR("two")));
	presence_get_nodes(f->cache, &f->arena, users, 2, &unmarked);
	assert_int_equal(unmarked, 1);
	presence_get_nodes(f->cache, &f->arena, NULL, 0, &unmarked);
	assert_int_equal(unmarked, 1);
}

/* Who was connected to a process that is dead is offline. */
static void lives(void **state)
{
	struct fixture *f = *state;
	struct presence_node next = in_life("two", 2);
	int64_t lives[BUS_NODES_MAX];
	struct presence users[1] = { { .user_id = 7 } };
	uint32_t unmarked;

	assert_true(set(f, 7, "one", PRESENCE_AWAY, "web"));
	assert_true(set(f, 7, "two", PRESENCE_ONLINE, "ios"));
	assert_int_equal(get(f, 7).state, PRESENCE_ONLINE);

	/* It starts again: what is left of its former life is void. */
	assert_true(presence_beat(f->cache, &next, 60));
	assert_int_equal(get(f, 7).state, PRESENCE_AWAY);
	assert_true(str_is(get(f, 7).platforms, "web"));
	assert_int_equal(presence_lives(f->cache, &f->arena, lives), 0);
	assert_int_equal(lives[0], 1);
	assert_int_equal(lives[1], 2);
	assert_true(presence_set(f->cache, &f->arena, 7, &next, PRESENCE_ONLINE,
	    STR("ios")));
	assert_int_equal(get(f, 7).state, PRESENCE_ONLINE);

	/* It beats no more. */
	cache_delete(f->cache, STR("beat:two"));
	assert_int_equal(get(f, 7).state, PRESENCE_AWAY);
	assert_int_equal(get(f, 7).nodes, 1);
	assert_true(get(f, 7).last_ms > 0);
	assert_int_equal(presence_lives(f->cache, &f->arena, lives), 0);
	assert_int_equal(lives[1], 0);
	/* A publisher goes by the line. */
	presence_get_nodes(f->cache, &f->arena, users, 1, &unmarked);
	assert_int_equal(users[0].nodes, 3);
	memcached_kill(&f->mc);
	assert_int_equal(presence_lives(f->cache, &f->arena, lives), -1);
}

static void without_memcached(void **state)
{
	struct fixture *f = *state;
	struct presence users[2] = { { .user_id = 1 }, { .user_id = 2 } };
	uint32_t unmarked;

	assert_true(set(f, 1, "one", PRESENCE_ONLINE, "web"));
	memcached_kill(&f->mc);
	presence_get_nodes(f->cache, &f->arena, users, 2, &unmarked);
	assert_int_equal(unmarked, 3);
	assert_int_equal(users[0].state, PRESENCE_OFFLINE);
	assert_int_equal(users[0].nodes, 0);
	assert_false(set(f, 1, "one", PRESENCE_ONLINE, "web"));
	assert_false(presence_mark(f->cache, STR("one")));
}

/* Foreign bytes under our key are ignored. */
static void garbage(void **state)
{
	struct fixture *f = *state;

	assert_true(cache_set(f->cache, STR("p:5"), 1, STR("one f x"), 0));
	assert_int_equal(get(f, 5).nodes, 0);
	assert_true(cache_set(f->cache, STR("p:5"), 1, STR("\n\n \n"), 0));
	assert_int_equal(get(f, 5).nodes, 0);
	/* An expired line. */
	assert_true(cache_set(f->cache, STR("p:5"), 1,
	    STR("one f 1 1000 900 web\n"), 0));
	assert_int_equal(get(f, 5).state, PRESENCE_OFFLINE);
	assert_int_equal(get(f, 5).last_ms, 900);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_node),
		TEST(several_nodes),
		TEST(nodes_in_a_race),
		TEST(markers),
		TEST(lives),
		TEST(without_memcached),
		TEST(garbage),
	};

	/* The killed processes would cause warnings. */
	log_set_level(LOG_ERROR);
	assert_string_equal(presence_name(PRESENCE_ONLINE), "online");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
