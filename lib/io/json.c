#include "io/json.h"

#include <string.h>

#include "io/json_place.h"
#include "io/json_writer.h"

/*
 * Counts levels of nesting before the parser recurses.  The result may be wrong
 * for text that is not JSON, which the parser rejects anyway.
 */
static bool is_too_deep(struct str text)
{
	size_t depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_DEPTH_MAX)
				return true;
		} else if ((c == '}' || c == ']') && depth) {
			depth--;
		}
	}
	return false;
}

/* It has no code of its own. */
static bool is_surrogate(const json_error_t *e)
{
	return strncmp(e->text, "invalid Unicode '", 17) == 0;
}

/* The parser's own message quotes its input, which must not be logged. */
static const char *why_malformed(const json_error_t *e)
{
	switch (json_error_code(e)) {
	case json_error_premature_end_of_input:
		return "unexpected end";
	case json_error_end_of_input_expected:
		return "something behind the value";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "\\u0000";
	case json_error_duplicate_key:
		return "duplicate key";
	case json_error_numeric_overflow:
		return "number out of range";
	default:
		return is_surrogate(e) ? "lone surrogate" : "not JSON";
	}
}

/* Not where the text is no JSON at all. */
static bool has_place(const json_error_t *e)
{
	switch (json_error_code(e)) {
	case json_error_null_character:
	case json_error_null_byte_in_key:
	case json_error_duplicate_key:
	case json_error_numeric_overflow:
		return true;
	default:
		return is_surrogate(e);
	}
}

static int malformed(struct str text, const json_error_t *e, struct error *err)
{
	char field[ERR_FIELD_ROOM] = "";

	if (has_place(e))
		json_place(text, (size_t)e->position, field);
	return err_field(err, ERR_INVALID_ARGUMENT, field,
	    "malformed JSON: %s at line %d, column %d", why_malformed(e),
	    e->line, e->column);
}

static int not_utf8(struct str text, struct error *err)
{
	char field[ERR_FIELD_ROOM];

	json_place(text, str_utf8_len(text), field);
	return err_field(err, ERR_INVALID_ARGUMENT, field,
	    "malformed JSON: invalid UTF-8");
}

static void decref(void *p)
{
	json_decref(p);
}

int json_parse(struct arena *a, struct str text, bool empty_is_object,
    json_t **out, struct error *err)
{
	json_error_t e;
	json_t *v;

	if (empty_is_object && !str_trim(text).len) {
		v = json_object();
	} else {
		if (!str_is_utf8(text))
			return not_utf8(text, err);
		if (is_too_deep(text))
			return err_set(err, ERR_INVALID_ARGUMENT,
			    "malformed JSON: more than %d levels",
			    JSON_DEPTH_MAX);
		v = json_loadb(text.p ? text.p : "", text.len,
		    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
		if (!v)
			return malformed(text, &e, err);
	}
	if (!v)
		die(EX_OSERR, "out of memory");
	arena_defer(a, decref, v);
	*out = v;
	return 0;
}

struct str json_text(const json_t *v)
{
	if (!json_is_string(v))
		return STR_NONE;
	return (struct str){ json_string_value(v), json_string_length(v) };
}

struct str json_get_str(const json_t *obj, const char *key)
{
	return json_text(json_object_get(obj, key));
}

int64_t json_get_int(const json_t *obj, const char *key, int64_t def)
{
	const json_t *v = json_object_get(obj, key);

	return json_is_integer(v) ? json_integer_value(v) : def;
}

bool json_get_bool(const json_t *obj, const char *key, bool def)
{
	const json_t *v = json_object_get(obj, key);

	return json_is_boolean(v) ? json_is_true(v) : def;
}

int64_t json_get_id(const json_t *obj, const char *key)
{
	int64_t id;

	return str_to_id(json_get_str(obj, key), &id) ? id : 0;
}
