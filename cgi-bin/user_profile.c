#include "user_profile.h"

#include "service.h"
#include "service_publish.h"
#include "view/view.h"

static int get(struct web_request *rq, int64_t user_id, struct error *err)
{
	struct service *s = service_of(rq);
	struct user u;
	int found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    user_id, &u, err);

	if (found == 0)
		return err_set(err, ERR_NOT_FOUND, "no such user");
	if (found < 0)
		return -1;
	view_user(rq->out, &u);
	return 0;
}

int user_me(struct web_request *rq, struct error *err)
{
	return get(rq, rq->caller.user_id, err);
}

int user_get(struct web_request *rq, struct error *err)
{
	const struct user_get_args *in = rq->args;

	return get(rq, in->user_id, err);
}

/* null and the empty text take a value away. */
static struct str text_or_none(struct str s)
{
	return s.len ? s : STR_NONE;
}

static struct user_patch patch_of(struct web_request *rq)
{
	const struct profile_args *in = rq->args;
	const json_t *b = rq->body;

	return (struct user_patch){
		.has_display_name = json_object_get(b, "display_name") != NULL,
		.has_avatar = json_object_get(b, "avatar") != NULL,
		.has_bio = json_object_get(b, "bio") != NULL,
		.has_meta = json_object_get(b, "meta") != NULL,
		.display_name = in->display_name,
		.avatar = text_or_none(in->avatar),
		.bio = text_or_none(in->bio),
		.meta = in->meta ? json_dump(rq->arena, in->meta) : STR_NONE,
	};
}

static void publish(struct web_request *rq, const struct inbox_row *event,
    const struct user *u)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	event_profile(&w, event->at_ms, u);
	json_end_members(&w);
	publish_to_user(rq, u->user_id, event->user_index, buf_view(&b));
	buf_release(&b);
}

int user_me_change(struct web_request *rq, struct error *err)
{
	struct service *s = service_of(rq);
	struct user_patch patch = patch_of(rq);
	struct inbox_row event;
	struct user u;

	if (user_update(s->db, s->cache, rq->arena, rq->caller.user_id, &patch,
		&u, &event, err) < 0)
		return -1;
	if (event.user_index)
		publish(rq, &event, &u);
	view_user(rq->out, &u);
	return 0;
}

/* ---- finding people ---- */

static int find(struct web_request *rq, struct user **out, size_t *n_out,
    struct error *err)
{
	const struct user_list_args *in = rq->args;
	struct service *s = service_of(rq);
	int found;

	if (in->q.p)
		return user_search(s->db, rq->arena, rq->caller.app_id, in->q,
		    out, n_out, err);
	if (in->ids.given)
		return user_load(s->db, s->cache, rq->arena, in->ids.v,
		    in->ids.n, out, n_out, err);
	*out = ARENA_NEW(rq->arena, struct user);
	found = user_find_named(s->db, rq->arena, rq->caller.app_id,
	    in->username, *out, err);
	*n_out = found > 0;
	return found < 0 ? -1 : 0;
}

int user_list(struct web_request *rq, struct error *err)
{
	const struct user_list_args *in = rq->args;
	struct json_writer *w = rq->out;
	struct user *users;
	size_t n, left = (size_t)in->limit;

	if ((in->username.p != NULL) + (in->q.p != NULL) + in->ids.given != 1)
		return err_field(err, ERR_INVALID_ARGUMENT, "username",
		    "exactly one of username, q and ids");
	/* Ids are bounded by themselves. */
	if (in->ids.given)
		left = in->ids.n;
	if (find(rq, &users, &n, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < n && left; i++) {
		if (users[i].app_id != rq->caller.app_id)
			continue;
		view_user(w, &users[i]);
		left--;
	}
	json_end_list(w);
	json_put_null(w, "next");
	json_end(w);
	return 0;
}
