#include "conversation_read.h"

#include "im/user/user.h"
#include "service.h"
#include "view/chatlist.h"
#include "view/view.h"

/* The members of the list's object, then the people that it mentions. */
int conversation_list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct json_writer *w = rq->out;
	struct chat_query q = {
		.user_id = rq->caller.user_id,
		.folder = in->folder,
		.unread_only = in->unread,
		.limit = in->limit,
	};

	if (in->cursor.p) {
		q.has_after = true;
		if (chatlist_cursor(rq->arena, in->cursor, &q.after, err) < 0)
			return -1;
	}
	json_begin(w);
	if (chatlist_write(s->db, s->cache, rq->arena, &q, w, people, err) !=
		0 ||
	    people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}

int conversation_get(struct web_request *rq, struct error *err)
{
	const struct conv_args *in = rq->args;
	struct service *s = service_of(rq);
	struct convset set;
	struct conv c;
	struct member me;

	if (member_get(s->db, rq->arena, rq->caller.app_id, in->conv_id,
		rq->caller.user_id, &c, &me, err) < 0 ||
	    convset_load(&set, s->db, s->cache, rq->arena, rq->caller.user_id,
		&in->conv_id, 1, err) < 0)
		return -1;
	web_etag(rq, convset_conv(&set, in->conv_id)->version);
	convset_write(&set, rq->out, in->conv_id, NULL);
	return 0;
}

void member_write(struct json_writer *w, const struct member *m,
    const struct user *user)
{
	json_begin(w);
	json_put_id(w, "user_id", m->user_id);
	if (user) {
		json_key(w, "user");
		view_user(w, user);
	}
	json_put_cstr(w, "role", conv_role_names[m->role]);
	if (m->alias.p)
		json_put_str(w, "alias", m->alias);
	json_put_int(w, "joined_index", m->joined_index);
	if (m->muted_until_ms != 0)
		json_put_int(w, "muted_until", m->muted_until_ms);
	if (m->read_index >= 0)
		json_put_int(w, "read_index", m->read_index);
	json_end(w);
}

static int load_users(struct web_request *rq, const struct member *rows,
    size_t n, struct user **users_out, size_t *n_out, struct error *err)
{
	struct service *s = service_of(rq);
	int64_t *ids = ARENA_ARRAY(rq->arena, n, int64_t);
	size_t i;

	*users_out = NULL;
	*n_out = 0;
	for (i = 0; i < n; i++)
		ids[i] = rows[i].user_id;
	return n == 0 ? 0
		      : user_load(s->db, s->cache, rq->arena, ids, n, users_out,
			    n_out, err);
}

int conversation_members(struct web_request *rq, struct error *err)
{
	const struct members_args *in = rq->args;
	struct service *s = service_of(rq);
	struct people *people = people_new(rq->arena, in->users);
	struct member_query q = {
		.conv_id = in->conv_id,
		.role = in->role,
		.prefix = in->q,
		.after_user_id = in->cursor,
		.limit = in->limit + 1,
	};
	struct json_writer *w = rq->out;
	struct member me, *rows;
	struct user *users;
	struct conv c;
	size_t n, n_users, shown, i;

	if (member_get(s->db, rq->arena, rq->caller.app_id, in->conv_id,
		rq->caller.user_id, &c, &me, err) < 0 ||
	    member_list(s->db, rq->arena, &q, &rows, &n, err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	if (load_users(rq, rows, shown, &users, &n_users, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (i = 0; i < shown; i++) {
		member_write(w, &rows[i],
		    user_pick(users, n_users, rows[i].user_id));
		people_add(people, rows[i].user_id);
	}
	json_end_list(w);
	if (n > shown)
		json_put_id(w, "next", rows[shown - 1].user_id);
	else
		json_put_null(w, "next");
	if (people_write(people, s->db, s->cache, w, err) < 0)
		return -1;
	json_end(w);
	return 0;
}
