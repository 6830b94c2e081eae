#include "view/edit_body.h"

#include <string.h>

#include "io/json.h"
#include "io/json_writer.h"
#include "view/content.h"
#include "view/entry_body.h"

#define CAPTION "caption"

static bool is_media(int64_t type)
{
	return type == MESSAGE_IMAGE || type == MESSAGE_AUDIO ||
	       type == MESSAGE_VIDEO || type == MESSAGE_FILE;
}

static json_t *loose(const json_t *v)
{
	return (json_t *)(uintptr_t)v;
}

/* Whatever is not the caption stays. */
static int check_kept(const json_t *old, const json_t *content,
    struct error *err)
{
	char field[ERR_FIELD_ROOM];
	const char *name;
	json_t *v;

	json_object_foreach(loose(content), name, v)
	{
		if (strcmp(name, CAPTION) == 0 ||
		    json_equal(v, json_object_get(old, name)))
			continue;
		snprintf(field, sizeof(field), "content.%s", name);
		return err_field(err, ERR_INVALID_ARGUMENT, field,
		    "only the caption can be edited");
	}
	return 0;
}

/* A new reference; NULL: refused. */
static json_t *new_content(const struct entry *e, const json_t *old,
    const json_t *content, struct error *err)
{
	json_t *caption = json_object_get(content, CAPTION), *v;

	if (is_media(e->type)) {
		if (check_kept(old, content, err) < 0)
			return NULL;
		v = json_copy(loose(old));
		if (caption)
			json_object_set(v, CAPTION, caption);
		else
			json_object_del(v, CAPTION);
	} else {
		v = json_incref(loose(content));
	}
	if (content_check(e->type, v, err) == 0)
		return v;
	json_decref(v);
	return NULL;
}

int edit_body(struct arena *a, const struct entry *e, const json_t *content,
    struct str *body_out, struct error *err)
{
	const json_t *body = entry_body_read(a, e);
	const json_t *old = json_object_get(body, "content");
	json_t *next, *whole;
	struct str text;
	int changed;

	if (!old)
		return err_set(err, ERR_INTERNAL, "a body cannot be read");
	next = new_content(e, old, content, err);
	if (!next)
		return -1;
	changed = !json_equal(next, loose(old));
	whole = json_copy(loose(body));
	json_object_set_new(whole, "content", next);
	text = json_dump(a, whole);
	json_decref(whole);
	*body_out = (struct str){ text.p + 1, text.len - 2 };
	return changed;
}
