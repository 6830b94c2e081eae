#include "view/message_text.h"

#include "view/entry_body.h"

bool message_terms(struct arena *a, const struct entry *e, struct terms *out)
{
	const json_t *body, *content;
	struct str text;
	bool shows;

	*out = (struct terms){ 0 };
	if (e->type == MESSAGE_CUSTOM || e->type == MESSAGE_CARD)
		return false;
	body = entry_body_read(a, e);
	content = json_object_get(body, "content");
	text = json_get_str(content, "text");
	terms_add(a, out, text.p ? text : json_get_str(content, "caption"));
	shows = out->n > 0;
	terms_add(a, out, json_get_str(content, "name"));
	terms_add(a, out, json_get_str(content, "title"));
	return shows;
}
