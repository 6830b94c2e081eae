#include <string.h>

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

/* Where the action does not say it, null says that a value was taken away. */
static void put_news(struct json_writer *w, const struct group_news *news)
{
	if (news->role)
		json_put_str(w, "role", str_word(CONV_ROLES, news->role));
	if (news->has_alias && news->alias.p)
		json_put_str(w, "alias", news->alias);
	else if (news->has_alias && strcmp(news->action, "alias") != 0)
		json_put_null(w, "alias");
	if (news->has_muted && news->muted_until_ms)
		json_put_int(w, "muted_until", news->muted_until_ms);
	else if (news->has_muted && strcmp(news->action, "muted") != 0)
		json_put_null(w, "muted_until");
}

struct str view_member_body(struct arena *a, const struct group_news *news)
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
	json_put_cstr(&w, "action", news->action);
	json_key(&w, "user_ids");
	json_begin_list(&w);
	for (i = 0; i < news->n; i++)
		json_id(&w, news->users[i]);
	json_end_list(&w);
	put_news(&w, news);
	json_end(&w);
	json_end_members(&w);
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}
