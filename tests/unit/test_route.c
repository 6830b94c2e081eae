#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sample_app.h"
#include "web/route.h"

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

static struct web_match find(struct arena *a, const char *method,
    const char *path, bool internal)
{
	struct web_request rq = { .app = &sample_app,
		.arena = a,
		.method = str_of(method),
		.path = str_of(path),
		.internal = internal };
	struct web_match m;

	web_route_find(&rq, &m);
	return m;
}

/* "" for 405, NULL for 404. */
static const char *name_of(struct arena *a, const char *method,
    const char *path)
{
	struct web_match m = find(a, method, path, false);

	if (!m.path)
		return NULL;
	return m.route ? m.route->name : "";
}

static void finds(void **state)
{
	static const char *const cases[][3] = {
		{ "GET", "/v1/things", "thing.list" },
		{ "HEAD", "/v1/things", "thing.list" },
		{ "POST", "/v1/things", "thing.create" },
		{ "PUT", "/v1/things", "" },
		{ "get", "/v1/things", "" },
		{ "", "/v1/things", "" },
		{ "GET", "/v1/things/5", "thing.get" },
		{ "GET", "/v1/things/abc", "thing.get" },
		{ "GET", "/v1/things/%31", "thing.get" },
		{ "DELETE", "/v1/things/5", "thing.delete" },
		/* the literal segment wins, even if it lacks the method */
		{ "GET", "/v1/things/mine", "thing.mine" },
		{ "DELETE", "/v1/things/mine", "" },
		{ "GET", "/v1/things/min%65", "thing.get" },
		{ "PUT", "/v1/things/5/marks/a", "thing.mark" },
		{ "PUT", "/v1/things/5/marks/%F0%9F%98%80", "thing.mark" },
		{ "PUT", "/v1/things/mine/marks/a", "thing.mark" },
		{ "GET", "/v1/things/5/marks/a", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = name_of(*state, cases[i][0], cases[i][1]);

		if (!got || strcmp(got, cases[i][2]))
			fail_msg("%s %s: %s", cases[i][0], cases[i][1],
			    got ? got : "404");
	}
}

static void one_spelling(void **state)
{
	static const char *const paths[] = {
		"",
		"/",
		"v1/things",
		"/v1",
		"/v1/",
		"/v1/things/",
		"/v1//things",
		"//v1/things",
		"/v1/things//5",
		"/v1/things/5/",
		"/V1/things",
		"/v1/%74hings",
		"/v1%2Fthings",
		"/v1/things/5%2F",
		"/v1/things/%2f",
		"/v1/things/a%2Fb",
		"/v1/things/%",
		"/v1/things/%4",
		"/v1/things/%zz",
		"/v1/things/%00",
		"/v1/things/5/marks/",
		"/v1/things/5/marks",
		"/v1/things//marks/a",
		"/v1/things/5/marks/a/b",
		"http://h/v1/things",
		"*",
		"/v1/things;x=1",
		"/v1/things/5/..",
		"/v1/./things",
		"/v1/things/{id}/marks",
		"/internal/ping",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (name_of(*state, "GET", paths[i]))
			fail_msg("found: %s", paths[i]);
	}
	assert_null(find(*state, "GET", NULL, false).path);
}

static void values_by_name(void **state)
{
	struct web_match m = find(*state, "PUT", "/v1/things/5/marks/%41",
	    false);

	/* in the order of the arguments: mark, id */
	assert_true(str_is(m.values[0], "%41"));
	assert_true(str_is(m.values[1], "5"));
}

static void internal_is_invisible(void **state)
{
	assert_null(find(*state, "POST", "/internal/ping", false).path);
	assert_non_null(find(*state, "POST", "/internal/ping", true).route);
	assert_non_null(find(*state, "GET", "/internal/ping", true).path);
	assert_null(find(*state, "GET", "/internal/ping", true).route);
}

static const char *methods(struct arena *a, const char *path)
{
	struct web_request rq = { .app = &sample_app, .arena = a };

	return web_route_methods(&rq, find(a, "GET", path, false).path).p;
}

static void lists_methods(void **state)
{
	assert_string_equal(methods(*state, "/v1/things"),
	    "GET, HEAD, POST, OPTIONS");
	assert_string_equal(methods(*state, "/v1/things/5"),
	    "GET, HEAD, PATCH, DELETE, OPTIONS");
	assert_string_equal(methods(*state, "/v1/things/mine"),
	    "GET, HEAD, OPTIONS");
	assert_string_equal(methods(*state, "/v1/fail"), "POST, OPTIONS");
}

static void prints(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out);
	web_print_routes(&sample_app, &out);
	assert_true(str_starts(buf_view(&out),
	    "GET /v1/things thing.list user\n"
	    "POST /v1/things thing.create user\n"));
	assert_non_null(
	    strstr(out.p, "\nPOST /internal/ping internal.ping none\n"));
	assert_non_null(strstr(out.p, "\nGET /v1/maybe maybe optional\n"));
	assert_non_null(strstr(out.p, "\nGET /v1/app app app\n"));
	buf_release(&out);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds),
		TEST(one_spelling),
		TEST(values_by_name),
		TEST(internal_is_invisible),
		TEST(lists_methods),
		TEST(prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
