/* db_dialect: the texts and maps that it renders. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/db_dialect.h"

struct in {
	int64_t before;
	struct str list;
	int64_t between;
	struct str other, after;
};

static const struct db_field list_in[] = { DB_STR(struct in, list), DB_END };

#define ID_LIST "JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j"
#define PAIR_LIST                                             \
	"JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', " \
	"i INT PATH '$[1]')) j"
#define KEY_LIST                                                          \
	"JSON_TABLE(?, '$[*]' COLUMNS(k VARCHAR(64) CHARACTER SET ascii " \
	"COLLATE ascii_nopad_bin PATH '$[0]', t TEXT PATH '$[1]')) j"

static struct arena a;

static int setup(void **state)
{
	(void)state;
	arena_init(&a);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_release(&a);
	return 0;
}

static int render(const char *sql, const char *list, struct db_stmt *out)
{
	struct db_stmt st = { .name = "test", .sql = sql, .in = list_in };
	struct in in = { .list = list ? str_of(list) : STR_NONE };
	struct error err;
	int ret = db_dialect_lists(&a, &st, &in, out, &err);

	if (ret < 0)
		assert_int_equal(err.code, ERR_INTERNAL);
	return ret;
}

static void becomes(const char *sql, const char *list, const char *rendered)
{
	struct db_stmt out;

	assert_int_equal(render(sql, list, &out), 0);
	assert_string_equal(out.sql, rendered);
	assert_int_equal(out.in[0].type, DB_TYPE_END);
}

static void ids(void **state)
{
	(void)state;
	becomes("SELECT 1 FROM " ID_LIST, "[]",
	    "SELECT 1 FROM (SELECT NULL AS id FROM DUAL WHERE FALSE) j");
	becomes("SELECT 1 FROM " ID_LIST, "[7]",
	    "SELECT 1 FROM (SELECT 7 AS id) j");
	becomes("SELECT 1 FROM " ID_LIST " JOIN t", "[7,-8,0]",
	    "SELECT 1 FROM (SELECT 7 AS id UNION ALL SELECT -8 UNION ALL "
	    "SELECT 0) j JOIN t");
	becomes(ID_LIST, "[9223372036854775807,-9223372036854775808]",
	    "(SELECT 9223372036854775807 AS id UNION ALL "
	    "SELECT -9223372036854775808) j");
}

static void rows(void **state)
{
	(void)state;
	becomes(PAIR_LIST, "[]",
	    "(SELECT NULL AS c, NULL AS i FROM DUAL WHERE FALSE) j");
	becomes(PAIR_LIST, "[[1,2],[3,null]]",
	    "(SELECT 1 AS c, 2 AS i UNION ALL SELECT 3, NULL) j");
	/* The path says which value of the row. */
	becomes("JSON_TABLE(?, '$[*]' COLUMNS(b BIGINT PATH '$[10]', "
		"a BIGINT PATH '$[0]')) t",
	    "[[0,1,2,3,4,5,6,7,8,9,10]]", "(SELECT 10 AS b, 0 AS a) t");
}

static void texts(void **state)
{
	(void)state;
	becomes(KEY_LIST, "[[\"k1\",\"\"]]",
	    "(SELECT _ascii x'6b31' COLLATE ascii_nopad_bin AS k, "
	    "_utf8mb4 x'' AS t) j");
	becomes(KEY_LIST, "[[null,\"'; --\"],[\"\\\\?\",\"\xc3\xa9\\\"\"]]",
	    "(SELECT NULL AS k, _utf8mb4 x'273b202d2d' AS t UNION ALL "
	    "SELECT _ascii x'5c3f' COLLATE ascii_nopad_bin, "
	    "_utf8mb4 x'c3a922') j");
}

static void malformed(void **state)
{
	static const char *const lists[] = { "", "[", "7", "{}", "null",
		"[[1,2],[3]]", "[1]", "[[1,2.5]]", "[[1,true]]", "[[1,[2]]]",
		"[[1,9223372036854775808]]", "[[1,2]] x" };
	struct db_stmt out;

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (render(PAIR_LIST, lists[i], &out) == 0)
			fail_msg("%s", lists[i]);
	}
	assert_int_equal(render(PAIR_LIST, NULL, &out), -1);
}

static const struct db_field all_in[] = { DB_I64(struct in, before),
	DB_STR(struct in, list), DB_I64(struct in, between),
	DB_STR(struct in, other), DB_STR(struct in, after), DB_END };
static const struct db_stmt all = {
	.name = "test",
	.sql = "SELECT ?, '?', `?` FROM " ID_LIST " WHERE x = ? UNION ALL "
	       "SELECT 1 FROM " PAIR_LIST " WHERE y LIKE ? ESCAPE '|'",
	.in = all_in,
	.in_size = sizeof(struct in),
};

static void other_parameters(void **state)
{
	struct in in = { .list = STR("[5]"), .other = STR("[[1,2]]") };
	struct db_stmt out;
	struct error err;

	(void)state;
	assert_int_equal(db_dialect_lists(&a, &all, &in, &out, &err), 0);
	assert_string_equal(out.sql,
	    "SELECT ?, '?', `?` FROM (SELECT 5 AS id) j WHERE x = ? UNION ALL "
	    "SELECT 1 FROM (SELECT 1 AS c, 2 AS i) j WHERE y LIKE ? "
	    "ESCAPE '|'");
	assert_int_equal(out.in[0].offset, offsetof(struct in, before));
	assert_int_equal(out.in[1].offset, offsetof(struct in, between));
	assert_int_equal(out.in[2].offset, offsetof(struct in, after));
	assert_int_equal(out.in[2].type, DB_TYPE_STR);
	assert_int_equal(out.in[3].type, DB_TYPE_END);
	assert_int_equal(out.in_size, sizeof(struct in));
	/* To check it against the schema. */
	assert_int_equal(db_dialect_lists(&a, &all, NULL, &out, &err), 0);
	assert_string_equal(out.sql,
	    "SELECT ?, '?', `?` FROM (SELECT NULL AS id FROM DUAL WHERE FALSE) "
	    "j WHERE x = ? UNION ALL SELECT 1 FROM (SELECT NULL AS c, "
	    "NULL AS i FROM DUAL WHERE FALSE) j WHERE y LIKE ? ESCAPE '|'");
}

static void lists_are_found(void **state)
{
	struct db_stmt plain = { .sql = "SELECT JSON_TABLE, ? FROM t" };

	(void)state;
	assert_true(db_dialect_has_list(&all));
	assert_false(db_dialect_has_list(&plain));
}

struct pair {
	int64_t id;
	struct str text;
};
static const struct db_field pair_in[] = { DB_I64(struct pair, id),
	DB_STR(struct pair, text), DB_END };

static bool repeat(const char *sql, size_t n, struct db_stmt *out)
{
	struct db_stmt st = { .name = "test", .sql = sql, .in = pair_in };

	return db_dialect_rows(&a, &st, n, sizeof(struct pair), out);
}

static void inserts(void **state)
{
	struct db_stmt out;

	(void)state;
	assert_true(repeat("INSERT INTO t (a, b) VALUES (?, ?)", 3, &out));
	assert_string_equal(out.sql,
	    "INSERT INTO t (a, b) VALUES (?, ?), (?, ?), (?, ?)");
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(out.in[i].type, pair_in[i % 2].type);
		assert_int_equal(out.in[i].offset,
		    i / 2 * sizeof(struct pair) + pair_in[i % 2].offset);
	}
	assert_int_equal(out.in[6].type, DB_TYPE_END);
	assert_true(repeat("INSERT IGNORE INTO t VALUES (?, f(?, ')'), '') "
			   "ON DUPLICATE KEY UPDATE b = VALUES(b)",
	    2, &out));
	assert_string_equal(out.sql,
	    "INSERT IGNORE INTO t VALUES (?, f(?, ')'), ''), "
	    "(?, f(?, ')'), '') ON DUPLICATE KEY UPDATE b = VALUES(b)");
}

static void not_to_be_repeated(void **state)
{
	static const char *const texts[] = {
		"UPDATE t SET a = ? WHERE b = ?",
		"INSERT INTO t (a) SELECT ? FROM u WHERE b = ?",
		"INSERT INTO t (a) VALUES (?) ON DUPLICATE KEY UPDATE a = ?",
		"INSERT INTO t SELECT ? UNION SELECT * FROM (VALUES (?)) v",
		"REPLACE INTO t (a, b) VALUES (?, ?)",
	};
	struct db_stmt out;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (repeat(texts[i], 2, &out))
			fail_msg("%s", texts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ids, setup, teardown),
		cmocka_unit_test_setup_teardown(rows, setup, teardown),
		cmocka_unit_test_setup_teardown(texts, setup, teardown),
		cmocka_unit_test_setup_teardown(malformed, setup, teardown),
		cmocka_unit_test_setup_teardown(other_parameters, setup,
		    teardown),
		cmocka_unit_test(lists_are_found),
		cmocka_unit_test_setup_teardown(inserts, setup, teardown),
		cmocka_unit_test_setup_teardown(not_to_be_repeated, setup,
		    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
