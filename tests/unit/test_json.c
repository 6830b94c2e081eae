#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "child.h"
#include "io/json.h"
#include "io/json_check.h"
#include "io/json_writer.h"

static int set_up(void **state)
{
	static struct arena a;

	arena_init(&a);
	*state = &a;
	return 0;
}

static int tear_down(void **state)
{
	arena_release(*state);
	return 0;
}

static bool parses(struct arena *a, struct str text)
{
	struct error err;
	json_t *v;

	if (json_parse(a, text, false, &v, &err) == 0)
		return true;
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	assert_true(err.detail[0]);
	return false;
}

static struct str nested(struct arena *a, size_t levels)
{
	char *p = arena_alloc(a, levels * 2);

	memset(p, '[', levels);
	memset(p + levels, ']', levels);
	return (struct str){ p, levels * 2 };
}

static void refuses(void **state)
{
	static const struct str bad[] = {
		STR(""),
		STR("  "),
		STR("{"),
		STR("{}x"),
		STR("{} {}"),
		STR("nul"),
		STR("'a'"),
		STR("{a:1}"),
		STR("[1,]"),
		STR("[01]"),
		STR("{\"a\":1,\"a\":2}"),
		STR("{\"a\":1,\"\\u0061\":2}"),
		STR("[{\"x\":[{\"a\":1,\"a\":2}]}]"),
		STR("\"\xff\""),
		STR("\"\xed\xa0\x80\""),
		STR("\"\xc0\x80\""),
		STR("\"\\ud800\""),
		STR("\"\\udc00\""),
		STR("\"\\ud800\\u0041\""),
		STR("\"\\u0000\""),
		STR("{\"\\u0000\":1}"),
		STR("\"a\0b\""),
		STR("\"\n\""),
		STR("9223372036854775808"),
		STR("-9223372036854775809"),
		STR("1e999"),
		STR("\xef\xbb\xbf{}"),
		STR("NaN"),
		STR("+1"),
		STR(".5"),
		STR("0x10"),
		STR("// c\n1"),
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (parses(*state, bad[i]))
			fail_msg("parsed: %.*s", STR_ARG(bad[i]));
	}
	assert_false(parses(*state, nested(*state, 33)));
	assert_false(parses(*state, nested(*state, 100000)));
}

static void accepts(void **state)
{
	static const struct str good[] = {
		STR("{}"),
		STR(" [1] "),
		STR("null"),
		STR("\"\\u0001\\u001f\""),
		STR("\"\\ud83d\\ude00\""),
		STR("\"\xf0\x9f\x98\x80\""),
		STR("9223372036854775807"),
		STR("-9223372036854775808"),
		STR("1e5"),
		STR("-0.5E-3"),
		STR("{\"a\":{\"a\":1}}"),
		STR("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\""),
		STR("\"\\\"{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{\""),
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!parses(*state, good[i]))
			fail_msg("refused: %.*s", STR_ARG(good[i]));
	}
	assert_true(parses(*state, nested(*state, 32)));
}

static void never_quotes_input(void **state)
{
	struct error err;
	json_t *v;

	assert_int_equal(json_parse(*state, STR("{\"token\": imu_secret}"),
			     false, &v, &err),
	    -1);
	assert_null(strstr(err.detail, "secret"));
	assert_non_null(strstr(err.detail, "line 1"));
}

static void names_what_is_to_blame(void **state)
{
	static const struct {
		struct str text;
		const char *field;
	} cases[] = {
		{ STR("{\"a\":1,\"a\":2}"), "a" },
		{ STR("{\"a\":1,\"b\":{\"c\":\"\\\"}\",\"c\":2}}"), "b.c" },
		{ STR("{\"a\":1,\"\\u0061\":2}"), "a" },
		{ STR("{\"m\":[{},{\"b\":1},{\"x\":[0,{\"a\":1,\"a\""),
		    "m.2.x.1.a" },
		{ STR("{\"a\":{},\"n\":99999999999999999999,\"b\":1}"), "n" },
		{ STR("{\"a\":[1,1e999]}"), "a.1" },
		{ STR("{\"a\":{\"t\":\"x\\u0000\"}}"), "a.t" },
		{ STR("{\"a\":{\"\\u0000\":1}}"), "a" },
		{ STR("{\"a\":{\"t\":\"\\ud800\"}}"), "a.t" },
		{ STR("{\"a\":\"\\ud800\\u0041\"}"), "a" },
		{ STR("{\"a\":\"\\udc00\"}"), "a" },
		{ STR("{\"a\":{\"t\":\"\xff\"}}"), "a.t" },
		{ STR("{\"a\":{\"\xff\":1}}"), "a" },
		{ STR("[\"\xff\"]"), "0" },
		{ STR("\"\xff\""), "" },
		{ STR("{\"a\":tru}"), "" },
		{ STR("{\"a\":\"\\u12\"}"), "" },
		{ STR("{\"a\":"), "" },
		{ STR("{\"a\":01}"), "" },
	};
	struct error err;
	json_t *v;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(json_parse(*state, cases[i].text, false, &v,
				     &err),
		    -1);
		assert_string_equal(err.field, cases[i].field);
	}
}

static void a_long_name_is_cut(void **state)
{
	const size_t len = 200;
	struct str name = { arena_alloc(*state, len), len };
	struct error err;
	json_t *v;

	for (size_t i = 0; i < len; i++)
		((char *)name.p)[i] = "\xc3\xa9"[i % 2];
	assert_int_equal(json_parse(*state,
			     arena_printf(*state, "{\"%.*s\":{\"%.*s\":1e999}}",
				 STR_ARG(name), STR_ARG(name)),
			     false, &v, &err),
	    -1);
	assert_int_equal(strlen(err.field), sizeof(err.field) - 2);
	assert_true(str_is_utf8(str_of(err.field)));
}

static void empty_is_object(void **state)
{
	struct error err;
	json_t *v;

	assert_int_equal(json_parse(*state, STR_NONE, true, &v, &err), 0);
	assert_true(json_is_object(v));
	assert_int_equal(json_parse(*state, STR(" \r\n"), true, &v, &err), 0);
	assert_int_equal(json_object_size(v), 0);
	assert_int_equal(json_parse(*state, STR("[]"), true, &v, &err), 0);
	assert_true(json_is_array(v));
}

static json_t *value(struct arena *a, const char *text)
{
	struct error err;
	json_t *v = NULL;

	assert_int_equal(json_parse(a, str_of(text), false, &v, &err), 0);
	return v;
}

static void getters(void **state)
{
	json_t *v = value(*state,
	    "{\"s\":\"x\",\"n\":5,\"b\":true,\"id\":\"77\",\"bad\":\"07\","
	    "\"r\":1.0,\"z\":null}");

	assert_true(str_is(json_get_str(v, "s"), "x"));
	assert_null(json_get_str(v, "n").p);
	assert_null(json_get_str(v, "none").p);
	assert_int_equal(json_get_int(v, "n", 1), 5);
	assert_int_equal(json_get_int(v, "r", 1), 1);
	assert_int_equal(json_get_int(v, "none", -2), -2);
	assert_true(json_get_bool(v, "b", false));
	assert_true(json_get_bool(v, "z", true));
	assert_int_equal(json_get_id(v, "id"), 77);
	assert_int_equal(json_get_id(v, "bad"), 0);
	assert_int_equal(json_get_id(v, "n"), 0);
	assert_null(json_text(NULL).p);
}

static void canonical(void **state)
{
	static const struct {
		const char *text, *canonical;
	} cases[] = {
		{ " { \"b\" : 1 , \"a\" : [ 1 , 2.0 ] } ",
		    "{\"a\":[1,2],\"b\":1}" },
		{ "{\"aa\":1,\"a\":{\"z\":1,\"y\":{}}}",
		    "{\"a\":{\"y\":{},\"z\":1},\"aa\":1}" },
		{ "\"\\u0041\\/\"", "\"A/\"" },
		{ "[1e2,-0.0,-0,0.1,1e300,1.5]", "[100,0,0,0.1,1e+300,1.5]" },
		{ "[]", "[]" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str got = json_canonical(*state,
		    value(*state, cases[i].text));

		assert_string_equal(got.p, cases[i].canonical);
	}
}

static void dumps(void **state)
{
	const char *text =
	    "{\"z\":1,\"a\":[true,false,null,-9223372036854775808"
	    ",0.1,1.0,1e+22,5e-324],\"m\":\"\\u0001\\n\xc3\xa9\"}";

	assert_string_equal(json_dump(*state, value(*state, text)).p, text);
	assert_string_equal(json_dump(*state, NULL).p, "null");
}

static void writes(void **state)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_put_int(&w, "n", -5);
	json_put_id(&w, "id", INT64_MAX);
	json_put_bool(&w, "t", true);
	json_put_null(&w, "z");
	json_put_cstr(&w, "s", "a\"b\\c\x01\x7f");
	json_put_str(&w, "gone", STR_NONE);
	json_put_cstr(&w, "gone", NULL);
	json_put_raw(&w, "gone", STR(""));
	json_key(&w, "list");
	json_begin_list(&w);
	json_begin(&w);
	json_end(&w);
	json_int(&w, 1);
	json_str(&w, STR_NONE);
	json_begin_list(&w);
	json_end_list(&w);
	json_raw(&w, STR("[2]"));
	json_value(&w, value(*state, "{\"k\":[3]}"));
	json_end_list(&w);
	json_members(&w, STR(""));
	json_members(&w, STR("\"a\":1,\"b\":2"));
	json_key_str(&w, STR("k\n"));
	json_null_value(&w);
	json_end(&w);
	assert_string_equal(b.p,
	    "{\"n\":-5,\"id\":\"9223372036854775807\",\"t\":true,\"z\":null,"
	    "\"s\":\"a\\\"b\\\\c\\u0001\x7f\",\"list\":[{},1,null,[],[2],"
	    "{\"k\":[3]}],\"a\":1,\"b\":2,\"k\\n\":null}");
	assert_int_equal(w.depth, 0);
	buf_release(&b);
}

static void writes_numbers(void **state)
{
	static const struct {
		int64_t in;
		const char *out;
	} cases[] = {
		{ 0, "0" },
		{ 9, "9" },
		{ 10, "10" },
		{ 99, "99" },
		{ 100, "100" },
		{ 1009, "1009" },
		{ -99, "-99" },
		{ 1234567890123456789, "1234567890123456789" },
		{ 1000000000000000000, "1000000000000000000" },
	};
	struct json_writer w;
	struct buf b;

	(void)state;
	buf_init(&b);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&b);
		json_writer_init(&w, &b);
		json_int(&w, cases[i].in);
		assert_string_equal(b.p, cases[i].out);
	}
	buf_release(&b);
}

static void members_come_first(void **state)
{
	struct json_writer w;
	struct buf b;

	(void)state;
	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_members(&w, STR("\"a\":1"));
	json_put_int(&w, "b", INT64_MIN);
	json_end(&w);
	assert_string_equal(b.p, "{\"a\":1,\"b\":-9223372036854775808}");
	buf_release(&b);
}

static void writes_members(void **state)
{
	struct json_writer w;
	struct buf b;

	(void)state;
	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	json_end_members(&w);
	assert_int_equal(b.len, 0);
	json_begin_members(&w);
	json_members(&w, STR(""));
	json_put_int(&w, "a", 1);
	json_key(&w, "b");
	json_begin(&w);
	json_put_bool(&w, "c", true);
	json_end(&w);
	json_end_members(&w);
	assert_string_equal(b.p, "\"a\":1,\"b\":{\"c\":true}");
	assert_int_equal(w.depth, 0);
	buf_release(&b);
}

static void repairs_text(void **state)
{
	static const struct {
		struct str in;
		const char *out;
	} cases[] = {
		{ STR("\xff"), "\"\xef\xbf\xbd\"" },
		{ STR("a\xc3"), "\"a\xef\xbf\xbd\"" },
		{ STR("\xc3\xa9\xc3z"), "\"\xc3\xa9\xef\xbf\xbdz\"" },
		{ STR("\xed\xa0\x80"),
		    "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ STR("\0\xf0\x9f\x98\x80\x80"),
		    "\"\\u0000\xf0\x9f\x98\x80\xef\xbf\xbd\"" },
		{ STR("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"" },
		{ STR(""), "\"\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_writer w;
		struct buf b;

		buf_init(&b);
		json_writer_init(&w, &b);
		json_str(&w, cases[i].in);
		assert_string_equal(b.p, cases[i].out);
		buf_release(&b);
	}
}

static void too_deep(void *p)
{
	struct json_writer w;

	json_writer_init(&w, p);
	for (int i = 0; i < JSON_WRITER_DEPTH; i++)
		json_begin_list(&w);
}

static void unopened(void *p)
{
	struct json_writer w;

	json_writer_init(&w, p);
	json_end(&w);
}

static void misuse_is_a_bug(void **state)
{
	char text[CHILD_TEXT_LEN];
	struct buf b;

	(void)state;
	buf_init(&b);
	assert_int_equal(child_run(too_deep, &b, text), 128 + SIGABRT);
	assert_int_equal(child_run(unopened, &b, text), 128 + SIGABRT);
	buf_release(&b);
}

static void checks_members(void **state)
{
	static const char *const good[] = { "", "\"a\":1", " \"a\" : { } ",
		"\"a\":[],\"b\":{\"c\":[1,-2.5e+3,true,false,null,\"\"]}",
		"\"\\\"\\u00e9\\n\":\"\xc3\xa9\"", "\"a\":0,\"b\":10e1" };
	static const char *const bad[] = { " ", "x", "\"a\"",
		"\"a\":", "\"a\":1,", "\"a\":1}", "{\"a\":1}", "\"a\":{\"b\":1",
		"\"a\":[1,]", "\"a\":\"b", "\"a\":\"\\x\"", "\"a\":\"\n\"",
		"\"a\":\"\\u12\"", "\"a\":01", "\"a\":1.", "\"a\":-",
		"\"a\":tru", "\"a\":\"\xff\"", "\"a\":1 \"b\":2", "a:1",
		"\"a\":'b'", "\"a\":\"\\", "\"a\":1\"" };
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(json_is_members(str_of(good[i])));
		assert_true(parses(a, arena_printf(a, "{%s}", good[i])));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(json_is_members(str_of(bad[i])));
	/* It must not be too deep. */
	assert_true(json_is_members(
	    arena_printf(a, "\"a\":%.*s", STR_ARG(nested(a, 32)))));
	assert_false(json_is_members(
	    arena_printf(a, "\"a\":%.*s", STR_ARG(nested(a, 100)))));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(refuses),
		TEST(accepts),
		TEST(never_quotes_input),
		TEST(names_what_is_to_blame),
		TEST(a_long_name_is_cut),
		TEST(empty_is_object),
		TEST(getters),
		TEST(canonical),
		TEST(dumps),
		TEST(writes),
		TEST(writes_numbers),
		TEST(members_come_first),
		TEST(writes_members),
		TEST(repairs_text),
		TEST(misuse_is_a_bug),
		TEST(checks_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
