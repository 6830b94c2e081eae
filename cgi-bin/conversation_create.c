#include "conversation_create.h"

#include "base/crypto.h"
#include "conversation_member.h"
#include "conversation_read.h"
#include "im/conv/conv_setting.h"
#include "im/user/user.h"
#include "io/bus.h"
#include "service.h"
#include "service_publish.h"
#include "view/chatlist.h"
#include "view/view.h"

/* Members without the creator and without repeats. */
static size_t distinct_members(struct web_request *rq,
    const struct create_args *in, int64_t **out)
{
	int64_t *ids = ARENA_ARRAY(rq->arena, in->members.n, int64_t);
	size_t n = 0, i, j;

	for (i = 0; i < in->members.n; i++) {
		int64_t id = in->members.v[i];

		for (j = 0; j < n; j++)
			if (ids[j] == id)
				break;
		if (j == n && id != rq->caller.user_id)
			ids[n++] = id;
	}
	*out = ids;
	return n;
}

static int check_shape(const struct create_args *in, size_t n,
    struct error *err)
{
	if (in->kind == CONV_DIRECT && (n != 1 || in->members.n != 1))
		return err_field(err, ERR_INVALID_ARGUMENT, "members",
		    "a direct conversation has the other user as its one "
		    "member");
	if (in->kind == CONV_SELF && in->members.n > 0)
		return err_field(err, ERR_INVALID_ARGUMENT, "members",
		    "the self chat has no other members");
	if (in->has_settings &&
	    (in->kind == CONV_DIRECT || in->kind == CONV_SELF))
		return err_field(err, ERR_INVALID_ARGUMENT, "settings",
		    "this kind of conversation has no settings");
	return 0;
}

static int check_users(struct web_request *rq, const int64_t *ids, size_t n,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct user *users;
	size_t n_users, i;

	if (n == 0)
		return 0;
	if (user_load(s->db, s->cache, rq->arena, ids, n, &users, &n_users,
		err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		const struct user *u = user_pick(users, n_users, ids[i]);

		if (!u || u->app_id != rq->caller.app_id)
			return err_field(err, ERR_NOT_FOUND, "members",
			    "no such user");
	}
	return 0;
}

static void fill_conv(struct web_request *rq, const struct create_args *in,
    struct conv *c)
{
	*c = (struct conv){
		.kind = in->kind,
		.name = in->name,
		.photo = in->photo,
		.announcement = in->announcement,
		.description = in->description,
		.join_policy = in->join,
		.who_can_post = in->post,
		.who_can_invite = in->invite,
		.history = in->history,
	};
	conv_setting_defaults(c);
	if (in->meta)
		c->meta = json_dump(rq->arena, in->meta);
}

static struct str fingerprint_of(struct web_request *rq)
{
	uint8_t *hash = arena_alloc(rq->arena, CRYPTO_HASH_LEN);

	crypto_sha256(hash, json_canonical(rq->arena, rq->body));
	return (struct str){ (const char *)hash, CRYPTO_HASH_LEN };
}

/* The creator's other devices learn of a chat that has no entry yet. */
static void publish_added(struct web_request *rq, const struct inbox_row *row,
    const struct convset *set)
{
	struct json_writer w;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	event_conversation(&w, row->at_ms, row->conv_id, row->action,
	    row->by_id, convset_conv(set, row->conv_id),
	    convset_role(set, row->conv_id), convset_peer(set, row->conv_id));
	json_end_members(&w);
	publish_to_user(rq, row->user_id, row->user_index, buf_view(&b));
	buf_release(&b);
}

static int answer(struct web_request *rq, const struct group_create *made,
    struct error *err)
{
	struct service *s = service_of(rq);
	struct convset set;

	if (convset_load(&set, s->db, s->cache, rq->arena, rq->caller.user_id,
		&made->result.conv_id, 1, err) < 0)
		return -1;
	/* The one made with this client_id may have been left since. */
	if (convset_role(&set, made->result.conv_id) == 0)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	if (!made->existed) {
		web_created(rq);
		if (made->event.user_index != 0)
			publish_added(rq, &made->event, &set);
		else
			bus_wake("fanout");
	}
	web_etag(rq, made->result.version);
	convset_write(&set, rq->out, made->result.conv_id, NULL);
	return 0;
}

int conversation_create(struct web_request *rq, struct error *err)
{
	const struct create_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	struct group_create what = {
		.client_id = in->client_id,
		.fingerprint = fingerprint_of(rq),
	};
	int64_t *members;
	size_t n;

	n = distinct_members(rq, in, &members);
	if (check_shape(in, n, err) < 0 || check_users(rq, members, n, err) < 0)
		return -1;
	fill_conv(rq, in, &what.conv);
	what.members = members;
	what.n_members = n;
	if (group_create(service_of(rq)->db, rq->arena, &by, &what, err) < 0)
		return -1;
	return answer(rq, &what, err);
}
