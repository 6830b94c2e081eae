#include "view/compose.h"

#include "io/json.h"
#include "io/json_writer.h"
#include "view/content.h"
#include "view/content_refs.h"
#include "view/entry_body.h"
#include "view/forward.h"

bool compose_is_merged(const struct compose *c)
{
	return c->n_forward_of > 1 || c->merge;
}

bool compose_carries(const struct compose *c)
{
	return c->n_forward_of > 0 && !json_object_get(c->request, "content") &&
	       (!c->type ||
		   (c->type == MESSAGE_FORWARD && compose_is_merged(c)));
}

/* ---- for the appender ---- */

static int carry(struct db *db, struct arena *a, const struct compose *c,
    int64_t *type_out, struct str *content_out, struct error *err)
{
	const struct forward f = {
		.app_id = c->app_id,
		.sender_id = c->sender_id,
		.ids = c->forward_of,
		.n = c->n_forward_of,
		.is_merged = compose_is_merged(c),
		.title = c->title,
	};

	*type_out = MESSAGE_FORWARD;
	*content_out = STR("{}");
	return forward_make(db, a, &f, type_out, content_out, err);
}

static int check_refs(struct db *db, struct cache *cache, struct arena *a,
    const struct compose *c, struct entry *reply_out, struct error *err)
{
	const struct content_refs refs = {
		.app_id = c->app_id,
		.sender_id = c->sender_id,
		.conv_id = c->conv_id,
		.type = c->type,
		.content = json_object_get(c->request, "content"),
		.reply_to = c->reply_to,
		.forward_of = c->forward_of,
		.n_forward_of = compose_carries(c) ? 0 : c->n_forward_of,
	};

	return content_refs_check(db, cache, a, &refs, reply_out, err);
}

int compose_message(struct db *db, struct cache *cache, struct arena *a,
    const struct compose *c, struct append_request *ar, struct entry *reply_out,
    struct error *err)
{
	struct str content = STR_NONE;
	int rc;

	*reply_out = (struct entry){ .msg_id = 0 };
	ar->type = c->type;
	rc = check_refs(db, cache, a, c, reply_out, err);
	if (rc == 0 && compose_carries(c))
		rc = carry(db, a, c, &ar->type, &content, err);
	ar->app_id = c->app_id;
	ar->sender_id = c->sender_id;
	ar->conv_id = c->conv_id;
	ar->mentions = c->mentions;
	ar->n_mentions = c->n_mentions;
	ar->flags = c->flags;
	if (c->n_mentions > 0)
		ar->flags |= ENTRY_MENTIONS;
	if (c->mention_all)
		ar->flags |= ENTRY_MENTION_ALL;
	if (c->n_forward_of > 0)
		ar->flags |= ENTRY_FORWARDS;
	ar->reply_index = reply_out->conv_index;
	ar->lasts_s = c->lasts_s;
	ar->burn_s = c->burn_s;
	ar->body = entry_body_write(a, c->request, content);
	return rc;
}

/* ---- to be sent later ---- */

/* Members of an object. */
static struct str members_of(struct arena *a, const json_t *object)
{
	struct str s = json_dump(a, object);

	return (struct str){ s.p + 1, s.len - 2 };
}

struct str compose_store(struct arena *a, const json_t *request)
{
	json_t *copy = json_copy((json_t *)(uintptr_t)request);
	struct str stored;

	json_object_del(copy, "conv_id");
	json_object_del(copy, "seen_index");
	json_object_del(copy, "send_at");
	stored = members_of(a, copy);
	json_decref(copy);
	return stored;
}

static int parse(struct arena *a, struct str stored, json_t **out,
    struct error *err)
{
	struct str object = arena_printf(a, "{%.*s}", STR_ARG(stored));

	if (json_parse(a, object, false, out, err) == 0)
		return 0;
	return err_set(err, ERR_INTERNAL, "a scheduled message is corrupt");
}

struct str compose_store_content(struct arena *a, struct str stored,
    const json_t *content, struct error *err)
{
	json_t *request;

	if (parse(a, stored, &request, err) < 0)
		return STR_NONE;
	json_object_set(request, "content", (json_t *)(uintptr_t)content);
	return members_of(a, request);
}

int compose_read(struct arena *a, struct str stored, struct compose *out,
    struct error *err)
{
	json_t *request;
	bool is_ephemeral;

	if (parse(a, stored, &request, err) < 0 ||
	    content_flags(json_object_get(request, "flags"), &out->flags,
		&is_ephemeral, err) < 0)
		return -1;
	out->request = request;
	out->type = str_place(MESSAGE_TYPES, json_get_str(request, "type"));
	out->mentions = entry_body_ids(a, json_object_get(request, "mentions"),
	    &out->n_mentions);
	out->mention_all = json_get_bool(request, "mention_all", false);
	out->reply_to = json_get_id(request, "reply_to");
	out->forward_of = entry_body_ids(a,
	    json_object_get(request, "forward_of"), &out->n_forward_of);
	out->merge = json_get_bool(request, "merge", false);
	out->title = json_get_str(request, "title");
	out->lasts_s = json_get_int(request, "expires_in_s", 0);
	out->burn_s = json_get_int(request, "expires_after_read_s", 0);
	return 0;
}
