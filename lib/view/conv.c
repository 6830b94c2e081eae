#include "view/view.h"

static void put_text(struct json_writer *w, const char *key, struct str s)
{
	if (s.p)
		json_put_str(w, key, s);
}

static void put_settings(struct json_writer *w, const struct conv *c)
{
	json_key(w, "settings");
	json_begin(w);
	put_text(w, "name", c->name);
	put_text(w, "photo", c->photo);
	put_text(w, "announcement", c->announcement);
	put_text(w, "description", c->description);
	json_put_cstr(w, "join", conv_join_names[c->join_policy]);
	json_put_cstr(w, "who_can_post", conv_post_names[c->who_can_post]);
	json_put_cstr(w, "who_can_invite",
	    conv_invite_names[c->who_can_invite]);
	json_put_cstr(w, "history", conv_history_names[c->history]);
	json_put_int(w, "slow_mode_s", c->slow_mode_s);
	json_put_int(w, "message_ttl_s", c->message_ttl_s);
	if (c->meta.p)
		json_put_raw(w, "meta", c->meta);
	json_end(w);
}

void view_conv(struct json_writer *w, const struct conv *c, int64_t my_role,
    const struct user *peer)
{
	json_begin(w);
	json_put_id(w, "conv_id", c->conv_id);
	json_put_cstr(w, "kind", conv_kind_names[c->kind]);
	json_put_id(w, "home_region", c->home);
	json_put_int(w, "created_at", c->created_ms);
	json_put_id(w, "created_by", c->created_by);
	put_settings(w, c);
	json_put_int(w, "member_count", c->member_count);
	json_put_int(w, "last_index", c->last_index);
	json_put_int(w, "last_ordinal", c->last_ordinal);
	json_put_cstr(w, "mode", conv_mode_names[c->mode]);
	json_put_int(w, "version", c->version);
	if (my_role != 0)
		json_put_cstr(w, "my_role", conv_role_names[my_role]);
	if (peer) {
		json_key(w, "peer");
		view_user(w, peer);
	}
	json_end(w);
}
