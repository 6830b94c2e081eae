#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "io/json.h"
#include "io/json_writer.h"
#include "view/content.h"
#include "view/entry_body.h"
#include "view/quote.h"

static struct arena arena;
static struct error err;

static const json_t *parse(const char *text)
{
	json_t *v;

	assert_int_equal(json_parse(&arena, str_of(text), false, &v, &err), 0);
	return v;
}

/* ---- content ---- */

/* The invalid field, or "". */
static const char *fault(int64_t type, const char *content)
{
	if (content_check(type, parse(content), &err) == 0)
		return "";
	assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
	return err.field;
}

static void fields_by_type(void **state)
{
	static const struct {
		int64_t type;
		const char *content, *field;
	} cases[] = {
		{ MESSAGE_TEXT, "{\"text\":\"a\"}", "" },
		{ MESSAGE_TEXT, "{\"text\":\"\"}", "content.text" },
		{ MESSAGE_TEXT, "{\"text\":1}", "content.text" },
		{ MESSAGE_TEXT, "{}", "content.text" },
		{ MESSAGE_TEXT, "{\"text\":\"a\",\"b\":1}", "content.b" },
		{ MESSAGE_IMAGE, "{\"file_id\":\"7\",\"width\":640}", "" },
		{ MESSAGE_FILE, "{\"file_id\":\"7\",\"name\":\"\"}",
		    "content.name" },
		{ MESSAGE_AUDIO, "{\"file_id\":7}", "content.file_id" },
		{ MESSAGE_VIDEO, "{\"file_id\":\"7\",\"width\":1.5}",
		    "content.width" },
		{ MESSAGE_LOCATION, "{\"lat\":-90,\"lng\":180}", "" },
		{ MESSAGE_LOCATION, "{\"lat\":-90.1,\"lng\":0}",
		    "content.lat" },
		{ MESSAGE_LOCATION, "{\"lat\":90,\"lng\":-180}", "" },
		{ MESSAGE_LOCATION, "{\"lat\":0,\"lng\":180.0001}",
		    "content.lng" },
		{ MESSAGE_LOCATION, "{\"lat\":0}", "content.lng" },
		{ MESSAGE_LOCATION, "{\"lat\":null,\"lng\":0}", "content.lat" },
		{ MESSAGE_LOCATION, "{\"lat\":0,\"lng\":0,\"alt\":1}",
		    "content.alt" },
		{ MESSAGE_CARD, "{\"user_id\":\"9\"}", "" },
		{ MESSAGE_CARD, "{\"user_id\":\"09\"}", "content.user_id" },
		{ MESSAGE_CARD, "{\"user_id\":9}", "content.user_id" },
		{ MESSAGE_CARD, "{\"user_id\":\"9\",\"name\":\"x\"}",
		    "content.name" },
		{ MESSAGE_CUSTOM, "{\"anything\":[1,{}]}", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(fault(cases[i].type, cases[i].content),
		    cases[i].field);
}

static void types_without_files(void **state)
{
	static const int64_t file_types[] = { MESSAGE_IMAGE, MESSAGE_AUDIO,
		MESSAGE_VIDEO, MESSAGE_FILE };
	static const int64_t others[] = { MESSAGE_TEXT, MESSAGE_LOCATION,
		MESSAGE_CARD, MESSAGE_CUSTOM };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(content_type_check(file_types[i], &err), -1);
		assert_int_equal(err.code, ERR_INVALID_ARGUMENT);
		assert_string_equal(err.field, "type");
		assert_int_equal(content_type_check(others[i], &err), 0);
	}
}

static void longest_text(void **state)
{
	char text[CONTENT_TEXT_MAX + 2];
	json_t *content;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[CONTENT_TEXT_MAX] = '\0';
	content = json_pack("{s:s}", "text", text);
	assert_int_equal(content_check(MESSAGE_TEXT, content, &err), 0);
	json_decref(content);
	text[CONTENT_TEXT_MAX] = 'a';
	text[CONTENT_TEXT_MAX + 1] = '\0';
	content = json_pack("{s:s}", "text", text);
	assert_int_equal(content_check(MESSAGE_TEXT, content, &err), -1);
	json_decref(content);
}

static void flags(void **state)
{
	int64_t bits = -1;
	bool ephemeral = true;

	(void)state;
	assert_int_equal(content_flags(NULL, &bits, &ephemeral, &err), 0);
	assert_int_equal(bits, 0);
	assert_false(ephemeral);
	assert_int_equal(content_flags(parse("[\"silent\",\"no_bump\"]"), &bits,
			     &ephemeral, &err),
	    0);
	assert_int_equal(bits, ENTRY_SILENT | ENTRY_NO_BUMP);
	assert_false(ephemeral);
	assert_int_equal(content_flags(parse("[\"ephemeral\",\"no_unread\"]"),
			     &bits, &ephemeral, &err),
	    0);
	assert_int_equal(bits, ENTRY_NO_UNREAD);
	assert_true(ephemeral);
	assert_int_equal(content_flags(parse("[\"silent\",\"loud\"]"), &bits,
			     &ephemeral, &err),
	    -1);
	assert_string_equal(err.field, "flags.1");
	assert_int_equal(content_flags(parse("\"silent\""), &bits, &ephemeral,
			     &err),
	    -1);
	assert_string_equal(err.field, "flags");
}

static bool same(const char *a, const char *b)
{
	struct str x = content_fingerprint(&arena, parse(a));
	struct str y = content_fingerprint(&arena, parse(b));

	assert_int_equal(x.len, CRYPTO_HASH_LEN);
	return str_eq(x, y);
}

static void fingerprints(void **state)
{
	(void)state;
	assert_true(same("{\"type\":\"text\",\"content\":{\"text\":\"a\"}}",
	    "{\"content\":{\"text\":\"\\u0061\"},\"type\":\"text\","
	    "\"client_msg_id\":\"1\",\"seen_index\":4,\"mentions\":[],"
	    "\"flags\":[],\"forward_of\":[],\"mention_all\":false}"));
	assert_false(same("{\"content\":{\"text\":\"a\"}}",
	    "{\"content\":{\"text\":\"b\"}}"));
	assert_false(same("{\"mention_all\":true}", "{}"));
	assert_false(same("{\"mentions\":[\"1\"]}", "{}"));
	assert_false(same("{\"meta\":{}}", "{}"));
}

/* ---- stored bodies ---- */

static struct entry entry_of(const char *request)
{
	return (struct entry){
		.msg_id = 5,
		.conv_index = 2,
		.sender_id = 7,
		.kind = ENTRY_MESSAGE,
		.type = MESSAGE_TEXT,
		.body = entry_body_write(&arena, parse(request), STR_NONE),
	};
}

static void body_is_read_again(void **state)
{
	struct entry e = entry_of(
	    "{\"type\":\"text\","
	    "\"content\":{\"text\":\"hi\"},"
	    "\"mentions\":[\"3\",\"4\"],"
	    "\"client_msg_id\":\"1\"}");
	const json_t *body = entry_body_read(&arena, &e);
	const int64_t *ids;
	size_t n;

	(void)state;
	assert_true(str_is(e.body, "\"content\":{\"text\":\"hi\"},"
				   "\"mentions\":[\"3\",\"4\"]"));
	assert_true(
	    str_is(json_get_str(json_object_get(body, "content"), "text"),
		"hi"));
	ids = entry_body_ids(&arena, json_object_get(body, "mentions"), &n);
	assert_int_equal(n, 2);
	assert_int_equal(ids[0], 3);
	assert_int_equal(ids[1], 4);
	entry_body_ids(&arena, NULL, &n);
	assert_int_equal(n, 0);
	e.body = STR("\"content\":{");
	assert_null(entry_body_read(&arena, &e));
	e.body = STR_NONE;
	assert_non_null(entry_body_read(&arena, &e));
}

static struct str preview(const char *text, int64_t type)
{
	struct entry quoted = {
		.msg_id = 4,
		.conv_index = 9,
		.kind = ENTRY_MESSAGE,
		.type = type,
		.body = arena_printf(&arena, "\"content\":{\"text\":\"%s\"}",
		    text),
	};
	const struct entry_quote *q = quote_of(&arena, &quoted);

	assert_int_equal(q->msg_id, 4);
	assert_int_equal(q->conv_index, 9);
	return q->preview;
}

/* "reply_to" for a reader who may see entries from `floor` on. */
static const json_t *shown(const struct entry *quoted, int64_t floor)
{
	struct json_writer w;
	json_t *object;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	quote_put(&w, quote_of(&arena, quoted), floor);
	json_end(&w);
	assert_int_equal(json_parse(&arena, arena_str(&arena, buf_view(&b)),
			     false, &object, &err),
	    0);
	buf_release(&b);
	return json_object_get(object, "reply_to");
}

static void quotes_respect_the_reader(void **state)
{
	struct entry quoted = {
		.msg_id = 4,
		.conv_index = 9,
		.sender_id = 7,
		.kind = ENTRY_MESSAGE,
		.type = MESSAGE_TEXT,
		.body = STR("\"content\":{\"text\":\"secret\"}"),
	};
	const json_t *q = shown(&quoted, 9);

	(void)state;
	assert_true(str_is(json_get_str(q, "preview"), "secret"));
	q = shown(&quoted, 10);
	assert_null(json_object_get(q, "preview"));
	assert_int_equal(json_get_id(q, "msg_id"), 4);
	assert_int_equal(json_get_id(q, "sender_id"), 7);
	quoted.state = ENTRY_RECALLED;
	q = shown(&quoted, 1);
	assert_null(json_object_get(q, "preview"));
	assert_true(json_get_bool(q, "recalled", false));
}

static void replies_show_how_the_other_begins(void **state)
{
	char text[2 * 201 + 1], want[2 * 200 + 1];

	(void)state;
	assert_true(str_is(preview("short", MESSAGE_TEXT), "short"));
	assert_null(preview("short", MESSAGE_CUSTOM).p);
	/* 200 characters, of two bytes each. */
	for (size_t i = 0; i < 201; i++)
		memcpy(text + 2 * i, "\xc3\xa9", 2);
	text[sizeof(text) - 1] = '\0';
	memcpy(want, text, sizeof(want));
	want[sizeof(want) - 1] = '\0';
	assert_true(str_is(preview(text, MESSAGE_TEXT), want));
}

static int set_up(void **state)
{
	(void)state;
	crypto_init();
	arena_init(&arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_by_type),
		cmocka_unit_test(types_without_files),
		cmocka_unit_test(longest_text),
		cmocka_unit_test(flags),
		cmocka_unit_test(fingerprints),
		cmocka_unit_test(body_is_read_again),
		cmocka_unit_test(quotes_respect_the_reader),
		cmocka_unit_test(replies_show_how_the_other_begins),
	};

	return cmocka_run_group_tests_name("content", tests, set_up, tear_down);
}
