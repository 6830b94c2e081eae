#include "view/content.h"

#include <math.h>

#include "base/crypto.h"
#include "im/conv/entry.h"
#include "io/json.h"
#include "io/json_writer.h"

/* ---- the fields of each type ---- */

enum field_kind { FIELD_TEXT, FIELD_ID, FIELD_INT, FIELD_NUMBER };

struct field {
	const char *name;
	enum field_kind kind;
	bool required;
	double min, max; /* bytes of a text, or the value */
};

static const struct field text_fields[] = {
	{ "text", FIELD_TEXT, true, 1, CONTENT_TEXT_MAX }, { .name = NULL }
};

static const struct field file_fields[] = { { "file_id", FIELD_ID, true, 0, 0 },
	{ "name", FIELD_TEXT, false, 1, 255 },
	{ "width", FIELD_INT, false, 0, 1e6 },
	{ "height", FIELD_INT, false, 0, 1e6 },
	{ "duration_ms", FIELD_INT, false, 0, 1e10 },
	{ "caption", FIELD_TEXT, false, 0, CONTENT_TEXT_MAX },
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
	char field[ERR_FIELD_ROOM];

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

int content_type_check(int64_t type, struct error *err)
{
	if (fields_of[type] == file_fields)
		return err_field(err, ERR_INVALID_ARGUMENT, "type",
		    "this version has no uploads");
	return 0;
}

int content_check(int64_t type, const json_t *content, struct error *err)
{
	const struct field *fields = fields_of[type], *f;
	const char *name;
	json_t *v;

	if (type == MESSAGE_FORWARD)
		return err_field(err, ERR_INVALID_ARGUMENT, "content",
		    "the content of a forward is that of its messages");
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

static bool add_flag(struct str word, int64_t *bits, bool *ephemeral)
{
	for (const struct entry_flag *f = entry_flags; f->name; f++) {
		if (str_is(word, f->name)) {
			*bits |= f->bit;
			return true;
		}
	}
	if (!str_is(word, "ephemeral"))
		return false;
	*ephemeral = true;
	return true;
}

int content_flags(const json_t *flags, int64_t *bits_out, bool *ephemeral_out,
    struct error *err)
{
	const json_t *v;
	char field[32];
	size_t i;

	*bits_out = 0;
	*ephemeral_out = false;
	if (flags && !json_is_array(flags))
		return err_field(err, ERR_INVALID_ARGUMENT, "flags",
		    "must be a list");
	json_array_foreach(flags, i, v)
	{
		if (add_flag(json_text(v), bits_out, ephemeral_out))
			continue;
		snprintf(field, sizeof(field), "flags.%zu", i);
		return err_field(err, ERR_INVALID_ARGUMENT, field,
		    "unknown flag");
	}
	return 0;
}

struct str content_fingerprint(struct arena *a, const json_t *request)
{
	static const char *const lists[] = { "mentions", "flags",
		"forward_of" };
	json_t *copy = json_copy((json_t *)(uintptr_t)request);
	uint8_t *hash = arena_alloc(a, CRYPTO_HASH_LEN);
	size_t i;

	json_object_del(copy, "conv_id");
	json_object_del(copy, "client_msg_id");
	json_object_del(copy, "seen_index");
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (json_array_size(json_object_get(copy, lists[i])) == 0)
			json_object_del(copy, lists[i]);
	if (!json_get_bool(copy, "mention_all", false))
		json_object_del(copy, "mention_all");
	if (!json_get_bool(copy, "merge", false))
		json_object_del(copy, "merge");
	crypto_sha256(hash, json_canonical(a, copy));
	json_decref(copy);
	return (struct str){ (const char *)hash, CRYPTO_HASH_LEN };
}
