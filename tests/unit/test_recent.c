#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "im/site/recent.h"
#include "io/epoch.h"
#include "io/run.h"

struct fixture {
	char dir[64];
	struct sockaddr_un file;
	struct arena arena;
	struct cache *cache;
};

static const uint8_t key[CRYPTO_KEY_LEN];

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char text[100];
	const char *over[] = { text, "cache.servers=" };

	*state = f;
	arena_init(&f->arena);
	snprintf(f->dir, sizeof(f->dir), "/tmp/im-recent-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(text, sizeof(text), "run.dir=%s", f->dir);
	conf_load("/dev/null", over, 2);
	f->cache = cache_new();
	cache_trust(f->cache, 1, key);
	return run_address(RUN_EPOCH, "2", "", &f->file);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char path[128];

	unlink(f->file.sun_path);
	snprintf(path, sizeof(path), "%s/%s", f->dir, RUN_EPOCH);
	rmdir(path);
	rmdir(f->dir);
	cache_free(&f->cache);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static struct recent begin(struct fixture *f, struct recent_key k)
{
	struct recent r;

	recent_begin(&r, f->cache, &k, &k);
	return r;
}

static bool is_known(struct fixture *f, struct recent_key k)
{
	struct recent r = begin(f, k);
	struct str v;

	return recent_get(&r, &f->arena, &v);
}

/* Looks it up, and finds it in what the process keeps: a machine that is slow
 * may have forgotten it. */
static void learn(struct fixture *f, struct recent_key k)
{
	struct recent r;

	do {
		r = begin(f, k);
		recent_put(&r, STR("value"));
	} while (!is_known(f, k));
}

static struct recent_key id(int64_t n)
{
	return recent_key_id(RECENT_SESSION, n);
}

static void a_copy_is_what_was_put(void **state)
{
	struct fixture *f = *state;
	struct recent r;
	struct str v;

	assert_false(is_known(f, id(1)));
	do {
		r = begin(f, id(1));
		recent_put(&r, STR("one"));
		recent_put(&r, STR("uno"));
	} while (!recent_get(&r, &f->arena, &v));
	assert_true(str_is(v, "uno"));
	assert_false(is_known(f, id(2)));
	assert_false(
	    is_known(f, recent_key(RECENT_TOKEN,
			    (struct str){ r.key.name, RECENT_NAME_MAX })));
}

static void what_is_too_long_is_not_kept(void **state)
{
	static char longest[RECENT_VALUE_MAX + 1];
	struct fixture *f = *state;
	struct recent r = begin(f, id(3));

	recent_put(&r, (struct str){ longest, sizeof(longest) });
	assert_false(is_known(f, id(3)));
}

static void a_change_ends_what_was_looked_up_before(void **state)
{
	struct fixture *f = *state;
	struct recent_key k = id(4);
	struct recent r;

	learn(f, k);
	recent_changed(&k);
	assert_false(is_known(f, k));
	/* A slow look-up that began before the change. */
	r = begin(f, k);
	recent_changed(&k);
	recent_put(&r, STR("old"));
	assert_false(is_known(f, k));
	learn(f, k);
}

static void a_change_in_another_process_does_so(void **state)
{
	struct fixture *f = *state;
	struct recent_key k = id(5);
	pid_t pid;
	int status;

	learn(f, k);
	pid = fork();
	if (pid == 0) {
		recent_changed(&k);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_false(is_known(f, k));
}

static void a_generation_ends_all_of_the_former_one(void **state)
{
	struct fixture *f = *state;

	learn(f, id(6));
	cache_trust(f->cache, 2, key);
	assert_false(is_known(f, id(6)));
}

static void a_copy_is_kept_for_a_moment(void **state)
{
	struct fixture *f = *state;
	struct recent r = begin(f, id(7));

	/* Looked up long ago, and stored now. */
	r.asked_ms -= RECENT_MS;
	recent_put(&r, STR("old"));
	assert_false(is_known(f, id(7)));
}

static void without_a_generation_nothing_is_kept(void **state)
{
	struct fixture *f = *state;
	struct recent_key k = id(8);
	struct recent r;
	struct str v;

	recent_begin(&r, NULL, &k, &k);
	recent_put(&r, STR("value"));
	assert_false(recent_get(&r, &f->arena, &v));
	assert_false(is_known(f, k));
}

static void another_key_may_end_it(void **state)
{
	struct fixture *f = *state;
	struct recent_key k = id(9), by = id(10);
	struct recent r;
	struct str v;

	do {
		recent_begin(&r, f->cache, &k, &by);
		recent_put(&r, STR("value"));
	} while (!recent_get(&r, &f->arena, &v));
	recent_changed(&by);
	recent_begin(&r, f->cache, &k, &by);
	assert_false(recent_get(&r, &f->arena, &v));
}

static void a_file_that_is_gone_is_not_believed(void **state)
{
	struct fixture *f = *state;
	struct recent_key k = id(11);
	struct stat st, linked;
	char other[160];

	snprintf(other, sizeof(other), "%s.other", f->file.sun_path);
	learn(f, k);
	assert_int_equal(unlink(f->file.sun_path), 0);
	assert_false(is_known(f, k));
	assert_int_equal(stat(f->file.sun_path, &st), 0); /* a new one */
	learn(f, k);
	assert_int_equal(truncate(f->file.sun_path, 0), 0);
	assert_false(is_known(f, k));
	learn(f, k);
	/* With a second name it may be anybody's. */
	assert_int_equal(link(f->file.sun_path, other), 0);
	assert_false(is_known(f, k));
	learn(f, k);
	assert_int_equal(stat(f->file.sun_path, &st), 0);
	assert_int_equal(stat(other, &linked), 0);
	assert_int_not_equal(st.st_ino, linked.st_ino);
	assert_int_equal(unlink(other), 0);
}

static void who_only_raises_makes_no_file(void **state)
{
	struct fixture *f = *state;
	struct recent_key k = id(12);
	struct stat st;

	unlink(f->file.sun_path);
	recent_changed(&k);
	assert_int_equal(stat(f->file.sun_path, &st), -1);
	while (!epoch_now(EPOCH_COPY, 1)) /* it was away in another test */
		;
	assert_int_equal(stat(f->file.sun_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void many_have_room(void **state)
{
	struct fixture *f = *state;
	int known = 0;

	learn(f, id(99));
	for (int64_t i = 100; i < 20100; i++) {
		struct recent r = begin(f, id(i));

		recent_put(&r, STR("value"));
		known += is_known(f, id(i));
	}
	assert_in_range(known, 19000, 20000);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_copy_is_what_was_put),
		TEST(what_is_too_long_is_not_kept),
		TEST(a_change_ends_what_was_looked_up_before),
		TEST(a_change_in_another_process_does_so),
		TEST(a_generation_ends_all_of_the_former_one),
		TEST(a_copy_is_kept_for_a_moment),
		TEST(without_a_generation_nothing_is_kept),
		TEST(another_key_may_end_it),
		TEST(a_file_that_is_gone_is_not_believed),
		TEST(who_only_raises_makes_no_file),
		TEST(many_have_room),
	};

	crypto_init();
	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
