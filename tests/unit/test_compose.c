#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "io/json.h"
#include "io/json_writer.h"
#include "view/compose.h"

static struct arena arena;
static struct error err;

static const json_t *parse(const char *text)
{
	json_t *v;

	assert_int_equal(json_parse(&arena, str_of(text), false, &v, &err), 0);
	return v;
}

/* As it is when it is read again. */
static struct compose stored(const char *request)
{
	struct compose c = { .conv_id = 5 };
	struct str s = compose_store(&arena, parse(request));

	assert_int_equal(compose_read(&arena, s, &c, &err), 0);
	assert_int_equal(c.conv_id, 5);
	return c;
}

static void all_that_is_sent(void **state)
{
	struct compose c = stored(
	    "{\"conv_id\":\"9\",\"seen_index\":4,\"send_at\":123,"
	    "\"client_msg_id\":\"k\",\"type\":\"text\","
	    "\"content\":{\"text\":\"\xc3\xa4 \\\"x\\\"\"},"
	    "\"mentions\":[\"7\",\"8\"],\"mention_all\":true,"
	    "\"reply_to\":\"6\",\"flags\":[\"silent\",\"no_bump\"],"
	    "\"meta\":{\"a\":1.5}}");

	(void)state;
	assert_int_equal(c.type, MESSAGE_TEXT);
	assert_int_equal(c.flags, ENTRY_SILENT | ENTRY_NO_BUMP);
	assert_int_equal(c.n_mentions, 2);
	assert_int_equal(c.mentions[1], 8);
	assert_true(c.mention_all);
	assert_int_equal(c.reply_to, 6);
	assert_int_equal(c.n_forward_of, 0);
	assert_false(compose_carries(&c));
	assert_true(str_is(json_dump(&arena, c.request),
	    "{\"client_msg_id\":\"k\",\"type\":\"text\","
	    "\"content\":{\"text\":\"\xc3\xa4 \\\"x\\\"\"},"
	    "\"mentions\":[\"7\",\"8\"],\"mention_all\":true,"
	    "\"reply_to\":\"6\",\"flags\":[\"silent\",\"no_bump\"],"
	    "\"meta\":{\"a\":1.5}}"));
}

static void forwards(void **state)
{
	struct compose copy = stored("{\"forward_of\":[\"3\"]}");
	struct compose one = stored("{\"forward_of\":[\"3\"],\"merge\":true}");
	struct compose two = stored("{\"forward_of\":[\"3\",\"4\"],"
				    "\"type\":\"forward\",\"title\":\"t\"}");
	struct compose other = stored("{\"forward_of\":[\"3\"],"
				      "\"type\":\"text\",\"content\":{}}");

	(void)state;
	assert_true(compose_carries(&copy) && !compose_is_merged(&copy));
	assert_true(compose_carries(&one) && compose_is_merged(&one));
	assert_true(compose_carries(&two) && compose_is_merged(&two));
	assert_true(str_is(two.title, "t"));
	assert_int_equal(two.forward_of[1], 4);
	assert_false(compose_carries(&other));
}

static void other_content(void **state)
{
	struct str s = compose_store(&arena,
	    parse("{\"type\":\"text\",\"content\":{\"text\":\"a\"},"
		  "\"reply_to\":\"6\"}"));

	(void)state;
	s = compose_store_content(&arena, s, parse("{\"text\":\"b\"}"), &err);
	assert_true(str_is(s, "\"type\":\"text\",\"content\":{\"text\":\"b\"},"
			      "\"reply_to\":\"6\""));
}

static void corrupt(void **state)
{
	struct compose c;

	(void)state;
	assert_int_equal(compose_read(&arena, STR("\"type"), &c, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_false(
	    compose_store_content(&arena, STR("}"), parse("{}"), &err).p);
}

static int rewind_arena(void **state)
{
	(void)state;
	arena_rewind(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(all_that_is_sent, rewind_arena),
		cmocka_unit_test_teardown(forwards, rewind_arena),
		cmocka_unit_test_teardown(other_content, rewind_arena),
		cmocka_unit_test_teardown(corrupt, rewind_arena),
	};
	int failed;

	arena_init(&arena);
	failed = cmocka_run_group_tests_name("compose", tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
