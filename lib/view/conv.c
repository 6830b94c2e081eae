#include "im/conv/conv_setting.h"
#include "io/json_writer.h"
#include "view/view.h"

static void put_setting(struct json_writer *w, const struct conv_setting *s,
    const struct conv *c)
{
	switch (s->type) {
	case CONV_SETTING_TEXT:
		json_put_str(w, s->name, conv_setting_str(s, c));
		break;
	case CONV_SETTING_WORD:
		json_put_str(w, s->name, conv_setting_word(s, c));
		break;
	case CONV_SETTING_SECONDS:
		json_put_int(w, s->name, conv_setting_int(s, c));
		break;
	case CONV_SETTING_OBJECT:
		json_put_raw(w, s->name, conv_setting_str(s, c));
		break;
	}
}

static void put_settings(struct json_writer *w, const struct conv *c)
{
	json_key(w, "settings");
	json_begin(w);
	for (const struct conv_setting *s = conv_settings; s->name; s++)
		put_setting(w, s, c);
	json_end(w);
}

struct str view_settings_body(struct arena *a, const struct conv *c,
    const bool *changed)
{
	struct json_writer w;
	struct buf b;
	struct str s;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	json_key(&w, "content");
	json_begin(&w);
	json_key(&w, "changed");
	json_begin(&w);
	for (size_t i = 0; conv_settings[i].name; i++) {
		if (changed[i] && conv_setting_is_none(&conv_settings[i], c))
			json_put_null(&w, conv_settings[i].name);
		else if (changed[i])
			put_setting(&w, &conv_settings[i], c);
	}
	json_end(&w);
	json_end(&w);
	json_end_members(&w);
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

void view_conv(struct json_writer *w, const struct conv *c, int64_t my_role,
    const struct user *peer)
{
	json_begin(w);
	json_put_id(w, "conv_id", c->conv_id);
	json_put_str(w, "kind", str_word(CONV_KINDS, c->kind));
	json_put_id(w, "home_region", c->home);
	json_put_int(w, "created_at", c->created_ms);
	json_put_id(w, "created_by", c->created_by);
	put_settings(w, c);
	json_put_int(w, "member_count", c->member_count);
	json_put_int(w, "last_index", c->last_index);
	json_put_int(w, "last_ordinal", c->last_ordinal);
	json_put_str(w, "mode", str_word(CONV_MODES, c->mode));
	json_put_int(w, "version", c->version);
	if (my_role != 0)
		json_put_str(w, "my_role", str_word(CONV_ROLES, my_role));
	if (peer) {
		json_key(w, "peer");
		view_user(w, peer);
	}
	json_end(w);
}
