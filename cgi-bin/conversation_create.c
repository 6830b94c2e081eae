/* Creating conversations. */
#include "conversation.h"

#include "args.h"
#include "base/crypto.h"
#include "im/conv/conv_setting.h"
#include "im/conv/group_create.h"
#include "im/user/privacy.h"
#include "service.h"
#include "io/bus_wake.h"
#include "io/json_writer.h"
#include "view/convset.h"
#include "view/publish.h"
#include "view/view.h"

struct create_args {
	int64_t kind;
	struct web_ids members;
	bool has_settings;
	struct conv settings;
	json_t *meta;
	struct str client_id;
	int64_t owner_id; /* of the app's server only */
};

/* The settings of conv_setting.def, decoded into a struct conv. */
#define TEXT_ARG(type, name, member, lo, hi, help)                     \
	ARG(WEB_BODY, type, name, struct create_args, settings.member, \
	    .min = lo, .max = hi, .text = help)
#define LABEL(name, member, min, max, help) \
	TEXT_ARG(WEB_LABEL, #name, member, min, max, help),
#define BYTES(name, member, min, max, help) \
	TEXT_ARG(WEB_STR, #name, member, min, max, help),
#define URL(name, member, max, help) \
	TEXT_ARG(WEB_URL, #name, member, 1, max, help),
#define WORD(name, member, words, def, def_in_channel, def_in_direct, help) \
	ARG(WEB_BODY, WEB_ENUM, #name, struct create_args, settings.member, \
	    .set = words, .text = help),
#define OBJECT(name, member, hi, help)                               \
	ARG(WEB_BODY, WEB_OBJECT, #name, struct create_args, member, \
	    .max = hi, .text = help),
#define SECONDS(name, member, hi, help)                                    \
	ARG(WEB_BODY, WEB_INT, #name, struct create_args, settings.member, \
	    .max = hi, .text = help),

static const struct web_arg settings_args[] = {
#include "im/conv/conv_setting.def"
	WEB_ARGS_END
};

static const struct web_arg create_args[] = {
	ARG(WEB_BODY, WEB_ENUM, "kind", struct create_args, kind,
	    .set = CONV_KINDS, .flags = WEB_REQUIRED,
	    .text = "The kind of conversation."),
	ARG(WEB_BODY, WEB_IDS, "members", struct create_args, members, .min = 0,
	    .max = 500, .text = "The first members, without the caller."),
	ARG_HAS(WEB_BODY, WEB_STRUCT, "settings", struct create_args, settings,
	    has_settings, .of = settings_args,
	    .text =
		"Settings that differ from the defaults; `group` and `channel` "
		"only."),
	ARG(WEB_BODY, WEB_PRINTABLE, "client_id", struct create_args, client_id,
	    .min = 1, .max = 64, .text = "Makes the request repeatable."),
	WEB_ARGS_END
};

/* 0: of what the app's server creates without an owner. */
static int64_t creator_of(struct web_request *rq)
{
	const struct create_args *in = rq->args;

	return rq->route->auth == WEB_AUTH_APP ? in->owner_id
					       : rq->caller.user_id;
}

/* Members without the creator and without duplicates. */
static size_t distinct_members(struct web_request *rq,
    const struct create_args *in, int64_t **out)
{
	int64_t *ids = ARENA_ARRAY(rq->arena, in->members.n, int64_t);
	int64_t first = creator_of(rq);
	size_t n = 0, i, j;

	for (i = 0; i < in->members.n; i++) {
		int64_t id = in->members.v[i];

		for (j = 0; j < n; j++)
			if (ids[j] == id)
				break;
		if (j == n && id != first)
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

/* Of a group or channel: those who do not let the caller add them. */
static int check_privacy(struct web_request *rq, int64_t kind,
    const int64_t *ids, size_t n, struct error *err)
{
	bool *refuses;

	if (kind == CONV_DIRECT || kind == CONV_SELF)
		return 0;
	if (privacy_refusals(service_of(rq)->db, rq->arena,
		PRIVACY_ADD_TO_GROUPS, rq->caller.user_id, ids, n, &refuses,
		err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (refuses[i])
			return err_field(err, ERR_FORBIDDEN, "members",
			    "somebody among them may not be added by you");
	return 0;
}

static struct conv conv_of(struct web_request *rq, const struct create_args *in)
{
	struct conv c = in->settings;

	c.kind = in->kind;
	if (in->meta)
		c.meta = json_dump(rq->arena, in->meta);
	conv_setting_defaults(&c);
	return c;
}

static struct str fingerprint_of(struct web_request *rq)
{
	uint8_t *hash = arena_alloc(rq->arena, CRYPTO_HASH_LEN);

	crypto_sha256(hash, json_canonical(rq->arena, rq->body));
	return (struct str){ (const char *)hash, CRYPTO_HASH_LEN };
}

/*
 * Adds the chat to the creator's list before the answer: the user's own rows,
 * in a separate transaction.  If this process dies in between, a repeat of the
 * request does it, and so does fan-out.
 */
static int open_chat(const struct publisher *p, const struct group_actor *by,
    const struct conv *c, struct inbox_row *added_out, struct error *err)
{
	added_out->user_index = 0;
	if (c->kind == CONV_DIRECT || c->kind == CONV_SELF)
		return chat_open(p->db, p->a, by->user_id, c->conv_id,
		    c->last_ms, added_out, err);
	return chat_insert(p->db, by->user_id, c->conv_id, c->last_ms, err);
}

struct news {
	struct publisher p;
	struct inbox_row added; /* user_index 0: the chat already existed */
	struct convset set;
};

static void tell(void *arg)
{
	const struct news *n = arg;

	if (n->added.user_index != 0)
		publish_added(&n->p, &n->added, &n->set);
	bus_wake("fanout");
}

static int answer(struct web_request *rq, const struct group_actor *by,
    const struct group_create *made, struct error *err)
{
	struct news *n = ARENA_NEW(rq->arena, struct news);
	struct convset *set = &n->set;

	n->p = service_publisher(rq);
	if (convset_load(set, n->p.db, n->p.cache, rq->arena,
		rq->caller.user_id, &made->result.conv_id, 1, err) < 0)
		return -1;
	/* They may have left the one with this client_id since. */
	if (convset_role(set, made->result.conv_id) == 0)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	if (open_chat(&n->p, by, &made->result, &n->added, err) < 0)
		return -1;
	if (!made->existed || n->added.user_index != 0)
		db_after_commit(n->p.db, rq->arena, tell, n);
	if (!made->existed)
		web_created(rq);
	web_etag(rq, made->result.version);
	convset_write(set, rq->out, made->result.conv_id, NULL);
	return 0;
}

static int conversation_create(struct web_request *rq, struct error *err)
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
	if (check_shape(in, n, err) < 0 ||
	    check_users(rq, members, n, err) < 0 ||
	    check_privacy(rq, in->kind, members, n, err) < 0)
		return -1;
	what.conv = conv_of(rq, in);
	what.members = members;
	what.n_members = n;
	if (group_create(service_of(rq)->db, rq->arena, &by, &what, err) < 0)
		return -1;
	return answer(rq, &by, &what, err);
}

/* ---- admin_conversation.create ---- */

static const struct web_arg manage_args[] = {
	ARG(WEB_BODY, WEB_ENUM, "kind", struct create_args, kind,
	    .set = CONV_KINDS, .flags = WEB_REQUIRED,
	    .text = "The kind of conversation."),
	ARG(WEB_BODY, WEB_ID, "owner_id", struct create_args, owner_id,
	    .text = "Who owns it; of `direct` and `self` required, one of the "
		    "users."),
	ARG(WEB_BODY, WEB_IDS, "members", struct create_args, members, .min = 0,
	    .max = 1000,
	    .text = "The first members, without the owner; add more later."),
	ARG_HAS(WEB_BODY, WEB_STRUCT, "settings", struct create_args, settings,
	    has_settings, .of = settings_args,
	    .text =
		"Settings that differ from the defaults; `group` and `channel` "
		"only."),
	WEB_ARGS_END
};

static int check_first(struct web_request *rq, size_t n, struct error *err)
{
	const struct create_args *in = rq->args;
	struct service *s = service_of(rq);
	struct user u;
	int found;

	if (!in->owner_id &&
	    (in->kind == CONV_DIRECT || in->kind == CONV_SELF || n == 0))
		return err_field(err, ERR_INVALID_ARGUMENT, "owner_id",
		    "is required for this");
	if (!in->owner_id)
		return 0;
	found = user_find(s->db, s->cache, rq->arena, rq->caller.app_id,
	    in->owner_id, &u, err);
	if (found == 0)
		return err_field(err, ERR_NOT_FOUND, "owner_id",
		    "no such user");
	return found < 0 ? -1 : 0;
}

/* To the one who has it first, as to a creator. */
static int admin_answer(struct web_request *rq, const struct group_actor *by,
    const struct group_create *made, struct error *err)
{
	struct news *n = ARENA_NEW(rq->arena, struct news);
	struct group_actor first = { by->app_id, made->owner, by->body, 0 };
	int64_t conv_id = made->result.conv_id;

	n->p = service_publisher(rq);
	if (made->owner &&
	    (convset_load(&n->set, n->p.db, n->p.cache, rq->arena, made->owner,
		 &conv_id, 1, err) < 0 ||
		open_chat(&n->p, &first, &made->result, &n->added, err) < 0))
		return -1;
	db_after_commit(n->p.db, rq->arena, tell, n);
	if (!made->existed)
		web_created(rq);
	web_etag(rq, made->result.version);
	view_conv(rq->out, &made->result, 0, NULL);
	return 0;
}

static int admin_create(struct web_request *rq, struct error *err)
{
	const struct create_args *in = rq->args;
	struct group_actor by = conversation_actor(rq);
	struct group_create what = { .client_id = STR_NONE,
		.fingerprint = STR_NONE,
		.owner = in->owner_id };
	int64_t *members;
	size_t n = distinct_members(rq, in, &members);

	by.user_id = 0;
	if (check_shape(in, n, err) < 0 || check_first(rq, n, err) < 0 ||
	    check_users(rq, members, n, err) < 0 ||
	    service_audit(rq, in->owner_id,
		arena_printf(rq->arena, "%.*s, %zu members",
		    STR_ARG(str_word(CONV_KINDS, in->kind)), n),
		err) < 0)
		return -1;
	what.conv = conv_of(rq, in);
	what.members = members;
	what.n_members = n;
	if (group_create(service_of(rq)->db, rq->arena, &by, &what, err) < 0)
		return -1;
	return admin_answer(rq, &by, &what, err);
}

const struct web_route conversation_create_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/admin/conversations",
	    .name = "admin_conversation.create",
	    .summary = "Create a conversation, as no member.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = manage_args,
	    .args_size = sizeof(struct create_args),
	    .handle = admin_create,
	},
	{
	    .method = "POST",
	    .path = "/v1/conversations",
	    .name = "conversation.create",
	    .summary = "Create a conversation.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .flags = WEB_IDEMPOTENT,
	    .args = create_args,
	    .args_size = sizeof(struct create_args),
	    .handle = conversation_create,
	},
	WEB_ROUTES_END,
};
