#include "io/json_writer.h"
#include "view/view.h"

void view_member(struct json_writer *w, const struct member *m,
    const struct user *user)
{
	json_begin(w);
	json_put_id(w, "user_id", m->user_id);
	if (user) {
		json_key(w, "user");
		view_user(w, user);
	}
	json_put_str(w, "role", str_word(CONV_ROLES, m->role));
	json_put_str(w, "alias", m->alias);
	json_put_int(w, "joined_index", m->joined_index);
	if (m->muted_until_ms != 0)
		json_put_int(w, "muted_until", m->muted_until_ms);
	if (m->read_index >= 0)
		json_put_int(w, "read_index", m->read_index);
	json_end(w);
}

struct str view_member_body(struct arena *a, const char *action,
    const int64_t *users, size_t n, int64_t new_owner)
{
	struct json_writer w;
	struct buf b;
	struct str s;
	size_t i;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	json_key(&w, "content");
	json_begin(&w);
	json_put_cstr(&w, "action", action);
	json_key(&w, "user_ids");
	json_begin_list(&w);
	for (i = 0; i < n; i++)
		json_id(&w, users[i]);
	json_end_list(&w);
	if (new_owner != 0)
		json_put_id(&w, "owner", new_owner);
	json_end(&w);
	json_end_members(&w);
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}
