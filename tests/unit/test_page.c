/*
 * Pages of history are the same with and without a cache, whatever it or the
 * process contains.  Runs against the stores of the shared stack (IM_SHARED),
 * with a log that belongs to no conversation.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "im/conv/page.h"
#include "im/conv/page_kept.h"
#include "io/db_account.h"

#define ENTRIES 100

static struct db *db;
static struct cache *cache;
static struct arena arena;
static struct reader conv;
static struct error err;

static void sql(const char *text, int64_t at)
{
	char line[512];

	snprintf(line, sizeof(line), text, conv.conv_id, at);
	assert_int_equal(db_run(db, line, &err), 0);
}

static void put(int64_t at)
{
	sql("INSERT INTO entry (conv_id, conv_index, msg_id, sender_id, "
	    "client_msg_id, kind, type, ordinal, own_ordinal, sent_ms) "
	    "SELECT %" PRId64 ", n, n, 7, IF(n %% 2, NULL, "
	    "CONCAT('c-', n)), 1, 1, n, n, n FROM (SELECT %" PRId64 " n) x",
	    at);
	sql("INSERT INTO body VALUES (%" PRId64 ", %" PRId64 ", 'old')", at);
}

static int set_up(void **state)
{
	const char *shared = getenv("IM_SHARED");

	(void)state;
	if (!shared)
		return -1;
	crypto_init();
	arena_init(&arena);
	conf_load(arena_printf(&arena, "%s/etc/imcloud.conf", shared).p, NULL,
	    0);
	db_account_use(DB_MIGRATOR);
	db = db_new("test");
	cache = cache_new();
	crypto_random(&conv.conv_id, sizeof(conv.conv_id));
	conv.conv_id &= INT64_MAX;
	conv.last_index = ENTRIES;
	for (int64_t at = 1; at <= ENTRIES; at++)
		put(at);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	sql("DELETE FROM entry WHERE conv_id = %" PRId64, 0);
	sql("DELETE FROM body WHERE conv_id = %" PRId64, 0);
	cache_free(&cache);
	db_free(&db);
	arena_release(&arena);
	return 0;
}

static void same_page(struct cache *with, int64_t lo, int64_t hi,
    int64_t changed, const char *body)
{
	struct entry *list;
	size_t n;

	assert_int_equal(page_read(db, with, &arena, &conv, lo, hi, &list, &n,
			     &err),
	    0);
	assert_int_equal(n, hi - lo + 1);
	for (size_t i = 0; i < n; i++) {
		int64_t at = lo + (int64_t)i;

		assert_int_equal(list[i].conv_id, conv.conv_id);
		assert_int_equal(list[i].conv_index, at);
		assert_int_equal(list[i].msg_id, at);
		assert_int_equal(list[i].sender_id, 7);
		assert_int_equal(list[i].own_ordinal, at);
		assert_int_equal(list[i].client_msg_id.p != NULL, at % 2 == 0);
		assert_true(str_is(list[i].body, at == changed ? body : "old"));
	}
}

/* Blocks of other logs take the places of those that the process keeps. */
static void forget(void)
{
	static int64_t other;

	other--;
	for (int64_t i = 0; i < 16 * PAGE_KEPT_MAX; i++)
		page_kept_put(other, i, 1, STR("x"));
}

static void pages_are_the_same(void **state)
{
	static const int64_t edges[] = { 1, 2, 31, 32, 33, 63, 64, 65, 95, 96,
		97, 99, 100 };
	const size_t n = sizeof(edges) / sizeof(edges[0]);

	(void)state;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < n; i++)
			for (size_t k = i; k < n; k++) {
				forget();
				same_page(NULL, edges[i], edges[k], 0, "");
				forget();
				same_page(cache, edges[i], edges[k], 0, "");
				same_page(cache, edges[i], edges[k], 0, "");
			}
}

static void the_end_of_the_log_is_kept_as_well(void **state)
{
	(void)state;
	forget();
	same_page(NULL, 90, ENTRIES, 0, "");
	sql("UPDATE body SET content = 'new' WHERE conv_id = %" PRId64
	    " AND conv_index = %" PRId64,
	    98);
	/* From the process, also for a reader who knows less. */
	same_page(NULL, 90, ENTRIES, 0, "");
	conv.last_index = ENTRIES - 1;
	same_page(NULL, 90, ENTRIES - 1, 0, "");
	/* An entry more: from the database. */
	conv.last_index = ENTRIES + 1;
	put(ENTRIES + 1);
	same_page(NULL, 90, ENTRIES, 98, "new");
	same_page(NULL, 90, ENTRIES + 1, 98, "new");
	sql("DELETE FROM entry WHERE conv_id = %" PRId64
	    " AND conv_index = %" PRId64,
	    ENTRIES + 1);
	same_page(NULL, 90, ENTRIES + 1, 98, "new");
	sql("UPDATE body SET content = 'old' WHERE conv_id = %" PRId64
	    " AND conv_index = %" PRId64,
	    98);
	conv.last_index = ENTRIES;
	forget();
}

static void a_change_is_seen_at_once(void **state)
{
	(void)state;
	same_page(cache, 1, 100, 0, "");
	sql("UPDATE body SET content = 'new' WHERE conv_id = %" PRId64
	    " AND conv_index = %" PRId64,
	    40);
	/* Blocks come from the process, and from memcached, until
	 * changed_index is raised. */
	same_page(NULL, 33, 60, 0, "");
	forget();
	same_page(cache, 33, 60, 0, "");
	conv.last_index = ENTRIES + 1;
	conv.changed_index = ENTRIES + 1;
	same_page(NULL, 33, 60, 40, "new");
	forget();
	same_page(cache, 33, 60, 40, "new");
	same_page(cache, 1, 100, 40, "new");
	/* A block read after the change is valid again. */
	sql("UPDATE body SET content = 'newer' WHERE conv_id = %" PRId64
	    " AND conv_index = %" PRId64,
	    40);
	same_page(cache, 33, 60, 40, "new");
	conv.last_index = conv.changed_index = ENTRIES + 2;
	same_page(cache, 33, 60, 40, "newer");
}

static void rubbish_in_the_cache_is_not_believed(void **state)
{
	static const char *const bad[] = { "", "x",
		"0123456789012345678901234567890123456789" };
	struct str key = arena_printf(&arena, "h:%" PRId64 ":1", conv.conv_id);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cache_delete(cache, key);
		assert_true(
		    cache_put(cache, key, INT64_MAX, str_of(bad[i]), 0));
		forget();
		same_page(cache, 33, 60, 40, "newer");
	}
	cache_delete(cache, key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_the_same),
		cmocka_unit_test(the_end_of_the_log_is_kept_as_well),
		cmocka_unit_test(a_change_is_seen_at_once),
		cmocka_unit_test(rubbish_in_the_cache_is_not_believed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
