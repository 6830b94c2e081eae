/* The audit log of the app. */
#include "admin.h"

#include <inttypes.h>

#include "args.h"
#include "service.h"
#include "io/json_writer.h"

#define KEY_ACTOR "key:"

struct list_args {
	int64_t limit, from_at;
	struct str actor, action, cursor;
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_STR, "actor", struct list_args, actor, .min = 1,
	    .max = 96,
	    .text = "The name of a key, `key:` and its id, or a tool."),
	ARG(WEB_QUERY, WEB_STR, "action", struct list_args, action, .min = 1,
	    .max = 64, .text = "The name of a route or command."),
	ARG(WEB_QUERY, WEB_INT, "from_at", struct list_args, from_at, .min = 0,
	    .max = INDEX_MAX, .text = "Only what was done since."),
	ARG(WEB_QUERY, WEB_STR, "cursor", struct list_args, cursor, .min = 1,
	    .max = 64, .text = "`next` of the previous page."),
	WEB_ARGS_END };

struct listing {
	struct app_key *keys;
	size_t n_keys;
	struct audit *rows, next;
	size_t n;
};

/* "TIME.ID" */
static int read_cursor(struct str cursor, struct audit_query *q,
    struct error *err)
{
	struct str id = cursor, ms = str_cut(&id, '.');

	q->before_ms = q->before_id = INT64_MAX;
	if (cursor.p && (!id.p || !str_to_int(ms, &q->before_ms) ||
			    !str_to_int(id, &q->before_id)))
		return err_field(err, ERR_INVALID_ARGUMENT, "cursor",
		    "not one of this list");
	return 0;
}

static const struct app_key *key_of(const struct listing *l, struct str actor)
{
	int64_t id;

	if (!str_starts(actor, KEY_ACTOR) ||
	    !str_to_id((struct str){ actor.p + strlen(KEY_ACTOR),
			   actor.len - strlen(KEY_ACTOR) },
		&id))
		return NULL;
	for (size_t i = 0; i < l->n_keys; i++)
		if (l->keys[i].key_id == id)
			return &l->keys[i];
	return NULL;
}

/* What rows have for the name of a key; anything else stays as it is. */
static struct str actor_of(struct web_request *rq, const struct listing *l,
    struct str name)
{
	for (size_t i = l->n_keys; name.p && i-- > 0;)
		if (str_eq(l->keys[i].name, name))
			return arena_printf(rq->arena, KEY_ACTOR "%" PRId64,
			    l->keys[i].key_id);
	return name;
}

static void put_row(struct json_writer *w, const struct listing *l,
    const struct audit *row)
{
	const struct app_key *key = key_of(l, row->actor);

	json_begin(w);
	json_put_id(w, "audit_id", row->audit_id);
	json_put_int(w, "at", row->at_ms);
	json_put_str(w, "actor", key ? key->name : row->actor);
	if (key)
		json_put_id(w, "key_id", key->key_id);
	json_put_str(w, "action", row->action);
	if (row->user_id)
		json_put_id(w, "user_id", row->user_id);
	if (row->detail.len)
		json_put_str(w, "detail", row->detail);
	json_end(w);
}

static void answer(struct web_request *rq, const struct listing *l)
{
	struct json_writer *w = rq->out;

	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < l->n; i++)
		put_row(w, l, &l->rows[i]);
	json_end_list(w);
	if (l->next.audit_id)
		json_put_str(w, "next",
		    arena_printf(rq->arena, "%" PRId64 ".%" PRId64,
			l->next.at_ms, l->next.audit_id));
	else
		json_put_null(w, "next");
	json_end(w);
}

static int list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct service *s = service_of(rq);
	struct audit_query q = {
		.app_id = rq->caller.app_id,
		.action = in->action,
		.from_ms = in->from_at,
		.limit = in->limit,
	};
	struct listing l;

	if (read_cursor(in->cursor, &q, err) < 0 ||
	    app_key_list(s->db, rq->arena, q.app_id, &l.keys, &l.n_keys, err) <
		0)
		return -1;
	q.actor = actor_of(rq, &l, in->actor);
	if (audit_list(s->db, rq->arena, &q, &l.rows, &l.n, &l.next, err) < 0)
		return -1;
	answer(rq, &l);
	return 0;
}

const struct web_route admin_audit_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/admin/audit",
	    .name = "audit.list",
	    .summary = "Who did what, newest first.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = list,
	},
	WEB_ROUTES_END,
};
