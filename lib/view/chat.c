#include "io/json_writer.h"
#include "view/view.h"

static void put_text(struct json_writer *w, const char *key, struct str s)
{
	if (s.p)
		json_put_str(w, key, s);
}

void view_me(struct json_writer *w, const struct chat *c)
{
	json_begin(w);
	json_put_cstr(w, "notify", chat_notify_names[c->notify]);
	if (c->muted_until_ms != 0)
		json_put_int(w, "muted_until", c->muted_until_ms);
	json_put_bool(w, "pinned", c->pinned != 0);
	put_text(w, "folder", c->folder);
	put_text(w, "background", c->background);
	json_put_bool(w, "hidden", c->hidden != 0);
	json_key(w, "draft");
	if (c->draft.p) {
		json_begin(w);
		json_put_str(w, "text", c->draft);
		json_put_int(w, "version", c->draft_version);
		json_end(w);
	} else {
		json_null_value(w);
	}
	json_put_bool(w, "marked_unread", c->marked_unread != 0);
	put_text(w, "remark", c->remark);
	json_end(w);
}
