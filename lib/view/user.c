#include "io/json_writer.h"
#include "view/view.h"

static void put_names(struct json_writer *w, const struct user *u)
{
	json_put_id(w, "user_id", u->user_id);
	json_put_str(w, "username", u->username);
	json_put_str(w, "display_name", u->display_name);
	if (u->avatar.p)
		json_put_str(w, "avatar", u->avatar);
}

static void put_user(struct json_writer *w, const struct user *u)
{
	put_names(w, u);
	if (u->bio.p)
		json_put_str(w, "bio", u->bio);
	json_put_bool(w, "bot", u->bot != 0);
	if (u->meta.p)
		json_put_raw(w, "meta", u->meta);
	json_put_int(w, "created_at", u->created_ms);
}

void view_user(struct json_writer *w, const struct user *u)
{
	json_begin(w);
	put_user(w, u);
	json_end(w);
}

void view_user_admin(struct json_writer *w, const struct user *u)
{
	json_begin(w);
	put_user(w, u);
	json_put_bool(w, "disabled", u->disabled_ms != 0);
	json_end(w);
}

void view_user_short(struct json_writer *w, const struct user *u)
{
	json_begin(w);
	put_names(w, u);
	json_end(w);
}
