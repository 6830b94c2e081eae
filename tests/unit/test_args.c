#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "child.h"
#include "sample_app.h"

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

/* Decodes a body for POST /v1/things. */
static int body(struct arena *a, const char *text, struct sample_thing *dst,
    struct error *err)
{
	struct web_request rq = { .arena = a };

	err_clear(err);
	memset(dst, 0, sizeof(*dst));
	assert_int_equal(json_parse(a, str_of(text), true, &rq.body, err), 0);
	return web_decode(&rq, sample_thing_args, dst, NULL, err);
}

static int query(struct arena *a, const char *text, struct sample_list *dst,
    struct error *err)
{
	struct web_request rq = { .arena = a, .query = str_of(text) };

	err_clear(err);
	memset(dst, 0, sizeof(*dst));
	return web_decode(&rq, sample_list_args, dst, NULL, err);
}

static int path(struct arena *a, const char *mark, const char *id,
    struct sample_thing *dst, struct error *err)
{
	struct web_request rq = { .arena = a };
	const struct str values[] = { str_of(mark), str_of(id) };

	err_clear(err);
	memset(dst, 0, sizeof(*dst));
	return web_decode(&rq, sample_mark_args, dst, values, err);
}

static const struct {
	const char *text, *field;
} bad_bodies[] = {
	{ "{}", "name" },
	{ "{\"name\":null}", "name" },
	{ "{\"name\":5}", "name" },
	{ "{\"name\":\"\"}", "name" },
	{ "{\"name\":\"123456789\"}", "name" },
	{ "{\"name\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
	  "\xc3\xa9\xc3\xa9\xc3\xa9\"}",
	    "name" },
	{ "{\"name\":\"a\",\"x\":1}", "x" },
	{ "{\"name\":\"a\",\"id\":\"1\"}", "id" },
	{ "{\"name\":\"a\",\"a.b\":1}", "a.b" },
	{ "{\"name\":\"a\",\"size\":1.0}", "size" },
	{ "{\"name\":\"a\",\"size\":1e1}", "size" },
	{ "{\"name\":\"a\",\"size\":\"1\"}", "size" },
	{ "{\"name\":\"a\",\"size\":101}", "size" },
	{ "{\"name\":\"a\",\"size\":-6}", "size" },
	{ "{\"name\":\"a\",\"size\":null}", "size" },
	{ "{\"name\":\"a\",\"loud\":1}", "loud" },
	{ "{\"name\":\"a\",\"loud\":\"true\"}", "loud" },
	{ "{\"name\":\"a\",\"owner_id\":7}", "owner_id" },
	{ "{\"name\":\"a\",\"owner_id\":\"07\"}", "owner_id" },
	{ "{\"name\":\"a\",\"owner_id\":\"0\"}", "owner_id" },
	{ "{\"name\":\"a\",\"word\":\"a b\"}", "word" },
	{ "{\"name\":\"a\",\"word\":\"a\xc3\xa9\"}", "word" },
	{ "{\"name\":\"a\",\"client_id\":\"a\\u0001\"}", "client_id" },
	{ "{\"name\":\"a\",\"client_id\":\"\xc3\xa9\"}", "client_id" },
	{ "{\"name\":\"a\",\"bytes\":\"\xc3\xa9\xc3\xa9s\"}", "bytes" },
	{ "{\"name\":\"a\",\"user_ids\":\"1\"}", "user_ids" },
	{ "{\"name\":\"a\",\"user_ids\":{}}", "user_ids" },
	{ "{\"name\":\"a\",\"user_ids\":[\"1\",\"2\",\"x\"]}", "user_ids.2" },
	{ "{\"name\":\"a\",\"user_ids\":[1]}", "user_ids.0" },
	{ "{\"name\":\"a\",\"user_ids\":[null]}", "user_ids.0" },
	{ "{\"name\":\"a\",\"user_ids\":[\"1\",\"1\",\"1\",\"1\",\"1\"]"
	  "}",
	    "user_ids" },
	{ "{\"name\":\"a\",\"meta\":[]}", "meta" },
	{ "{\"name\":\"a\",\"meta\":{\"k\":\"123456789012345678901234"
	  "567890\"}}",
	    "meta" },
	{ "{\"name\":\"a\",\"settings\":5}", "settings" },
	{ "{\"name\":\"a\",\"settings\":null}", "settings" },
	{ "{\"name\":\"a\",\"settings\":{\"colour\":\"pink\"}}",
	    "settings.colour" },
	{ "{\"name\":\"a\",\"settings\":{\"colour\":\"red|green\"}}",
	    "settings.colour" },
	{ "{\"name\":\"a\",\"settings\":{\"colour\":\"\"}}",
	    "settings.colour" },
	{ "{\"name\":\"a\",\"settings\":{\"x\":1}}", "settings.x" },
	{ "{\"name\":\"a\",\"settings\":{\"photo\":\"\"}}", "settings.photo" },
};

static void bodies_that_are_wrong(void **state)
{
	for (size_t i = 0; i < sizeof(bad_bodies) / sizeof(bad_bodies[0]);
	     i++) {
		struct sample_thing t;
		struct error err;

		if (body(*state, bad_bodies[i].text, &t, &err) == 0)
			fail_msg("taken: %s", bad_bodies[i].text);
		assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
		assert_string_equal(err.field, bad_bodies[i].field);
		assert_true(err.detail[0]);
	}
}

static void defaults(void **state)
{
	struct sample_thing t;
	struct error err;

	assert_int_equal(body(*state, "{\"name\":\"a\"}", &t, &err), 0);
	assert_int_equal(t.size, 3);
	assert_false(t.has_size);
	assert_int_equal(t.colour, 2);
	assert_false(t.has_settings);
	assert_null(t.word.p);
	assert_false(t.user_ids.given);
	assert_null(t.meta);
	assert_null(t.any);
	assert_int_equal(t.owner_id, 0);
}

static void values(void **state)
{
	struct sample_thing t;
	struct error err;

	assert_int_equal(body(*state,
			     "{\"name\":\"\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9\xc3"
			     "\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\",\"size\":"
			     "-5,\"loud\":true,\"owner_id\":\"99\",\"word\":"
			     "\"a.B_-\",\"client_id\":\"a b~\",\"bytes\":\"\","
			     "\"user_ids\":[\"3\",\"1\",\"3\"],\"meta\":{\"k\":"
			     "1},\"any\":null,\"settings\":{\"colour\":\"blue\""
			     ",\"photo\":null}}",
			     &t, &err),
	    0);
	assert_int_equal(t.name.len, 2 * 7 + 4);
	assert_int_equal(t.size, -5);
	assert_true(t.has_size);
	assert_true(t.loud);
	assert_int_equal(t.owner_id, 99);
	assert_true(str_is(t.word, "a.B_-"));
	assert_true(str_is(t.client_id, "a b~"));
	assert_non_null(t.bytes.p);
	assert_int_equal(t.user_ids.n, 3);
	assert_true(t.user_ids.given);
	assert_int_equal(t.user_ids.v[0], 3);
	assert_int_equal(t.user_ids.v[2], 3);
	assert_int_equal(json_get_int(t.meta, "k", 0), 1);
	assert_true(json_is_null(t.any));
	assert_true(t.has_settings);
	assert_int_equal(t.colour, 3);
	assert_null(t.photo.p);
	assert_false(t.has_photo);

	assert_int_equal(body(*state,
			     "{\"name\":\"a\",\"owner_id\":null,\"user_ids\":[]"
			     ",\"settings\":{\"photo\":\"p\"}}",
			     &t, &err),
	    0);
	assert_int_equal(t.owner_id, 0);
	assert_true(t.user_ids.given);
	assert_int_equal(t.user_ids.n, 0);
	assert_int_equal(t.colour, 2);
	assert_true(t.has_photo);
}

static void queries_that_are_wrong(void **state)
{
	static const struct {
		const char *text, *field;
	} cases[] = {
		{ "x=1", "x" },
		{ "limit=1&limit=1", "limit" },
		{ "limit=", "limit" },
		{ "limit", "limit" },
		{ "limit=0", "limit" },
		{ "limit=201", "limit" },
		{ "limit=+1", "limit" },
		{ "limit=1.0", "limit" },
		{ "limit=01", "limit" },
		{ "limit=%zz", "limit" },
		{ "limit=%3", "limit" },
		{ "q=%", "q" },
		{ "q=%00", "q" },
		{ "q=a%ff", "q" },
		{ "q=", "q" },
		{ "q=abcdef", "q" },
		{ "%71=a&q=a", "q" },
		{ "%q=a", "" },
		{ "=1", "" },
		{ "state=", "state" },
		{ "state=mad", "state" },
		{ "all=1", "all" },
		{ "all=TRUE", "all" },
		{ "all", "all" },
		{ "ids=", "ids" },
		{ "ids=1,,2", "ids.1" },
		{ "ids=1,2,", "ids.2" },
		{ "ids=1,2,3,4", "ids" },
		{ "ids=a", "ids.0" },
		{ "Limit=1", "Limit" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample_list l;
		struct error err;

		if (query(*state, cases[i].text, &l, &err) == 0)
			fail_msg("taken: %s", cases[i].text);
		assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
		assert_string_equal(err.field, cases[i].field);
	}
}

static void queries(void **state)
{
	struct sample_list l;
	struct error err;

	assert_int_equal(query(*state, "", &l, &err), 0);
	assert_int_equal(l.limit, 50);
	assert_int_equal(query(*state, "&&limit=200&", &l, &err), 0);
	assert_int_equal(l.limit, 200);
	assert_int_equal(
	    query(*state, "ids=1%2C2,3&q=%F0%9F%98%80+b%2b&all=true&state=old",
		&l, &err),
	    0);
	assert_int_equal(l.ids.n, 3);
	assert_int_equal(l.ids.v[1], 2);
	assert_true(str_is(l.q, "\xf0\x9f\x98\x80 b+"));
	assert_true(l.all);
	assert_int_equal(l.state, 2);
	assert_int_equal(query(*state, "%6cimit=7&q=a=b", &l, &err), 0);
	assert_int_equal(l.limit, 7);
	assert_true(str_is(l.q, "a=b"));
}

static void paths(void **state)
{
	struct sample_thing t;
	struct error err;

	assert_int_equal(path(*state, "%F0%9F%98%80", "12", &t, &err), 0);
	assert_true(str_is(t.bytes, "\xf0\x9f\x98\x80"));
	assert_int_equal(t.id, 12);
	assert_int_equal(path(*state, "a+b", "12", &t, &err), 0);
	assert_true(str_is(t.bytes, "a+b"));

	assert_int_equal(path(*state, "a", "x", &t, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(path(*state, "a", "%31", &t, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(path(*state, "a", "9223372036854775808", &t, &err),
	    -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(path(*state, "%ff", "1", &t, &err), -1);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	assert_string_equal(err.field, "mark");
	assert_int_equal(path(*state, "123456789", "1", &t, &err), -1);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
}

/* A malformed id is reported last, like an unknown one. */
static void bad_ids_come_last(void **state)
{
	struct web_request rq = { .arena = *state };
	const struct str value = STR("x");
	struct sample_thing t = { 0 };
	struct error err;

	rq.body = json_pack("{s:s}", "size", "x");
	assert_int_equal(web_decode(&rq, sample_patch_args, &t, &value, &err),
	    -1);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	json_decref(rq.body);
	rq.body = NULL;
	rq.query = STR("a=1");
	assert_int_equal(web_decode(&rq, sample_patch_args, &t, &value, &err),
	    -1);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	rq.query = STR_NONE;
	assert_int_equal(web_decode(&rq, sample_patch_args, &t, &value, &err),
	    -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void long_names_are_cut(void **state)
{
	char text[600];
	struct sample_thing t;
	struct sample_list l;
	struct error err;

	snprintf(text, sizeof(text), "{\"name\":\"a\",\"%0400d\":1}", 1);
	assert_int_equal(body(*state, text, &t, &err), -1);
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	assert_in_range(strlen(err.field), 50, sizeof(err.field) - 1);
	snprintf(text, sizeof(text), "%0400d=1", 1);
	assert_int_equal(query(*state, text, &l, &err), -1);
	assert_in_range(strlen(err.field), 50, sizeof(err.field) - 1);
}

/* ---- inconsistent tables ---- */

static void check_table(void *args)
{
	struct web_route routes[] = {
		{ .method = "POST",
		    .path = "/v1/a/{id}",
		    .name = "a",
		    .args = args,
		    .args_size = sizeof(struct sample_thing),
		    .handle = sample_show },
		WEB_ROUTES_END,
	};
	const struct web_route *const groups[] = { routes, NULL };
	struct web_app app = { .name = "test", .groups = groups };

	web_check_routes(&app);
}

#define ID_ARG                                                             \
	{                                                                  \
		WEB_PATH, WEB_ID, "id", offsetof(struct sample_thing, id), \
		    .flags = WEB_REQUIRED, SAMPLE_NO_HAS                   \
	}

/* Two groups may not share a name, or a method of the same path. */
static void check_groups(void *second)
{
	struct web_route first[] = {
		{ .method = "GET",
		    .path = "/v1/a",
		    .name = "a",
		    .handle = sample_show },
		WEB_ROUTES_END,
	};
	const struct web_route *const groups[] = { first, second, NULL };
	struct web_app app = { .name = "test", .groups = groups };

	web_check_routes(&app);
}

static void groups(void **state)
{
	struct web_route second[] = {
		{ .method = "POST",
		    .path = "/v1/a",
		    .name = "b",
		    .handle = sample_show },
		WEB_ROUTES_END,
	};
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(child_run(check_groups, second, text), 0);
	/* The work of many has no single Idempotency-Key, and no thread of its
	 * own. */
	second[0].together = &sample_together;
	assert_int_equal(child_run(check_groups, second, text), 0);
	second[0].flags = WEB_IDEMPOTENT;
	assert_int_equal(child_run(check_groups, second, text), 128 + SIGABRT);
	second[0].flags = 0;
	second[0].method = "GET";
	assert_int_equal(child_run(check_groups, second, text), 128 + SIGABRT);
	second[0].method = "POST";
	second[0].name = "a";
	assert_int_equal(child_run(check_groups, second, text), 128 + SIGABRT);
}

static void tables(void **state)
{
	static struct web_arg good[] = { ID_ARG, WEB_ARGS_END };
	static struct web_arg bad[][3] = {
		{ WEB_ARGS_END },
		{ ID_ARG, ID_ARG, WEB_ARGS_END },
		{ ID_ARG,
		    { WEB_BODY, WEB_INT, "n",
			offsetof(struct sample_thing, size), SAMPLE_NO_HAS },
		    WEB_ARGS_END },
		{ ID_ARG,
		    { WEB_BODY, WEB_STR, "n",
			offsetof(struct sample_thing, name), SAMPLE_NO_HAS },
		    WEB_ARGS_END },
		/* `has` is omitted, so it is the offset of the first field */
		{ ID_ARG,
		    { WEB_BODY, WEB_BOOL, "n",
			offsetof(struct sample_thing, loud), .min = 0 },
		    WEB_ARGS_END },
		{ ID_ARG,
		    { WEB_BODY, WEB_STR, "n", sizeof(struct sample_thing) - 8,
			.max = 1, SAMPLE_NO_HAS },
		    WEB_ARGS_END },
		{ ID_ARG,
		    { WEB_QUERY, WEB_OBJECT, "n",
			offsetof(struct sample_thing, meta), SAMPLE_NO_HAS },
		    WEB_ARGS_END },
		{ ID_ARG,
		    { WEB_BODY, WEB_ENUM, "n",
			offsetof(struct sample_thing, size), SAMPLE_NO_HAS },
		    WEB_ARGS_END },
		{ ID_ARG, { WEB_BODY, WEB_STRUCT, "n", 0, SAMPLE_NO_HAS },
		    WEB_ARGS_END },
	};
	char text[CHILD_TEXT_LEN];

	(void)state;
	assert_int_equal(child_run(check_table, good, text), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (child_run(check_table, bad[i], text) != 128 + SIGABRT)
			fail_msg("table %zu is taken", i);
	}
	web_check_routes(&sample_app);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bodies_that_are_wrong),
		TEST(defaults),
		TEST(values),
		TEST(queries_that_are_wrong),
		TEST(queries),
		TEST(paths),
		TEST(bad_ids_come_last),
		TEST(long_names_are_cut),
		TEST(tables),
		TEST(groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
