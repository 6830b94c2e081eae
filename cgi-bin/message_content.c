#include "message_content.h"

#include <math.h>

#include "base/crypto.h"
#include "io/json.h"

#define PREVIEW_MAX 200 /* characters of a quoted message */

/* ---- the fields of each type ---- */

enum field_kind { FIELD_TEXT, FIELD_ID, FIELD_INT, FIELD_NUMBER };

struct field {
	const char *name;
	enum field_kind kind;
	bool required;
	double min, max; /* bytes of a text, or the value */
};

static const struct field text_fields[] = {
	{ "text", FIELD_TEXT, true, 1, MESSAGE_TEXT_MAX }, { .name = NULL }
};

static const struct field file_fields[] = { { "file_id", FIELD_ID, true, 0, 0 },
	{ "name", FIELD_TEXT, false, 1, 255 },
	{ "width", FIELD_INT, false, 0, 1e6 },
	{ "height", FIELD_INT, false, 0, 1e6 },
	{ "duration_ms", FIELD_INT, false, 0, 1e10 },
	{ "caption", FIELD_TEXT, false, 0, MESSAGE_TEXT_MAX },
	{ .name = NULL } };

static const struct field location_fields[] = {
	{ "lat", FIELD_NUMBER, true, -90, 90 },
	{ "lng", FIELD_NUMBER, true, -180, 180 },
	{ "title", FIELD_TEXT, false, 0, 256 }, { .name = NULL }
};

static const struct field card_fields[] = { { "user_id", FIELD_ID, true, 0, 0 },
	{ .name = NULL } };

/* custom: anything. */
static const struct field *const fields_of[MESSAGE_TYPE_MAX] = {
	[MESSAGE_TEXT] = text_fields,
	[MESSAGE_IMAGE] = file_fields,
	[MESSAGE_AUDIO] = file_fields,
	[MESSAGE_VIDEO] = file_fields,
	[MESSAGE_FILE] = file_fields,
	[MESSAGE_LOCATION] = location_fields,
	[MESSAGE_CARD] = card_fields,
};

static bool fits(const struct field *f, const json_t *v)
{
	struct str s = json_text(v);
	double n;
	int64_t id;

	switch (f->kind) {
	case FIELD_TEXT:
		return s.p != NULL && (double)s.len >= f->min &&
		       (double)s.len <= f->max;
	case FIELD_ID:
		return s.p != NULL && str_to_id(s, &id);
	case FIELD_INT:
		if (!json_is_integer(v))
			return false;
		break;
	case FIELD_NUMBER:
		if (!json_is_number(v))
			return false;
		break;
	}
	n = json_number_value(v);
	return n >= f->min && n <= f->max;
}

static int bad_field(struct error *err, const char *name, const char *what)
{
	char field[96];

	snprintf(field, sizeof(field), "content.%s", name);
	return err_field(err, ERR_INVALID_ARGUMENT, field, "%s", what);
}

static const struct field *find_field(const struct field *fields,
    const char *name)
{
	for (; fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

int content_check(int64_t type, const json_t *content, struct error *err)
{
	const struct field *fields = fields_of[type], *f;
	const char *name;
	json_t *v;

	if (!fields)
		return 0;
	json_object_foreach((json_t *)(uintptr_t)content, name, v)
	{
		f = find_field(fields, name);
		if (!f)
			return bad_field(err, name, "unknown field");
		if (!fits(f, v))
			return bad_field(err, name,
			    "not of the type or size that it must have");
	}
	for (f = fields; f->name; f++)
		if (f->required && !json_object_get(content, f->name))
			return bad_field(err, f->name, "is required");
	return 0;
}

int content_flags(const json_t *flags, int64_t *bits_out, bool *ephemeral_out,
    struct error *err)
{
	static const struct {
		const char *name;
		int64_t bit;
	} words[] = {
		{ "silent", ENTRY_SILENT },
		{ "no_unread", ENTRY_NO_UNREAD },
		{ "no_bump", ENTRY_NO_BUMP },
		{ "ephemeral", 0 },
	};
	const size_t n_words = sizeof(words) / sizeof(words[0]);
	const json_t *v;
	char field[32];
	size_t i, w;

	if (flags && !json_is_array(flags))
		return err_field(err, ERR_INVALID_ARGUMENT, "flags",
		    "must be a list");
	json_array_foreach(flags, i, v)
	{
		for (w = 0; w < n_words; w++)
			if (str_is(json_text(v), words[w].name))
				break;
		if (w == n_words) {
			snprintf(field, sizeof(field), "flags.%zu", i);
			return err_field(err, ERR_INVALID_ARGUMENT, field,
			    "unknown flag");
		}
		*bits_out |= words[w].bit;
		if (words[w].bit == 0)
			*ephemeral_out = true;
	}
	return 0;
}

/* ---- the stored body ---- */

/* The first characters of a text message. */
static struct str preview_of(struct arena *a, const struct entry *e)
{
	struct error ignored;
	struct str text, object;
	json_t *body;
	size_t i, n = 0;

	object = arena_printf(a, "{%.*s}", STR_ARG(e->body));
	if (e->type != MESSAGE_TEXT ||
	    json_parse(a, object, true, &body, &ignored) != 0)
		return STR_NONE;
	text = json_get_str(json_object_get(body, "content"), "text");
	for (i = 0; i < text.len; i++)
		if (((unsigned char)text.p[i] & 0xc0) != 0x80 &&
		    n++ == PREVIEW_MAX)
			break;
	return (struct str){ text.p, i };
}

static void put_reply(struct arena *a, struct json_writer *w,
    const struct entry *reply)
{
	struct str preview = preview_of(a, reply);

	json_key(w, "reply_to");
	json_begin(w);
	json_put_id(w, "msg_id", reply->msg_id);
	json_put_int(w, "conv_index", reply->conv_index);
	json_put_id(w, "sender_id", reply->sender_id);
	if (preview.p)
		json_put_str(w, "preview", preview);
	json_end(w);
}

static void put_list(struct json_writer *w, const json_t *request,
    const char *key)
{
	const json_t *list = json_object_get(request, key);

	if (json_array_size(list) == 0)
		return;
	json_key(w, key);
	json_value(w, list);
}

struct str content_body(struct arena *a, const json_t *request,
    const struct entry *reply)
{
	const json_t *meta = json_object_get(request, "meta");
	struct json_writer w;
	struct buf b;
	struct str s;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	json_key(&w, "content");
	json_value(&w, json_object_get(request, "content"));
	put_list(&w, request, "mentions");
	if (json_get_bool(request, "mention_all", false))
		json_put_bool(&w, "mention_all", true);
	if (reply)
		put_reply(a, &w, reply);
	put_list(&w, request, "forward_of");
	if (meta) {
		json_key(&w, "meta");
		json_value(&w, meta);
	}
	json_end_members(&w);
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

struct str content_fingerprint(struct arena *a, const json_t *request)
{
	static const char *const lists[] = { "mentions", "flags",
		"forward_of" };
	json_t *copy = json_copy((json_t *)(uintptr_t)request);
	uint8_t *hash = arena_alloc(a, CRYPTO_HASH_LEN);
	size_t i;

	json_object_del(copy, "client_msg_id");
	json_object_del(copy, "seen_index");
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (json_array_size(json_object_get(copy, lists[i])) == 0)
			json_object_del(copy, lists[i]);
	if (!json_get_bool(copy, "mention_all", false))
		json_object_del(copy, "mention_all");
	crypto_sha256(hash, json_canonical(a, copy));
	json_decref(copy);
	return (struct str){ (const char *)hash, CRYPTO_HASH_LEN };
}
