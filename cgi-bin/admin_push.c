/* The credentials of an app for push providers: what all of them share. */
#include "admin_push.h"

#include <inttypes.h>
#include <string.h>

#include "admin.h"
#include "base/crypto.h"
#include "im/conv/entry.h"
#include "im/user/registration.h"
#include "push/provider.h"
#include "service.h"

int64_t admin_push_provider(const struct web_request *rq)
{
	return str_place(REGISTRATION_PROVIDERS,
	    str_of(strrchr(rq->route->path, '/') + 1));
}

struct str admin_push_actor(struct web_request *rq)
{
	return arena_printf(rq->arena, "key:%" PRId64, rq->caller.key_id);
}

static void view_types(struct json_writer *w, int64_t types)
{
	json_key(w, "quiet_types");
	json_begin_list(w);
	for (int64_t t = 1; t < MESSAGE_TYPE_MAX; t++) {
		if (types & INT64_C(1) << (t - 1))
			json_str(w, str_word(MESSAGE_TYPES, t));
	}
	json_end_list(w);
}

void admin_push_view(struct json_writer *w, const struct credential *c)
{
	json_begin(w);
	json_put_str(w, "provider",
	    str_word(REGISTRATION_PROVIDERS, c->provider));
	if (c->topic.len)
		json_put_str(w, "topic", c->topic);
	json_put_str(w, "state",
	    str_word(CREDENTIAL_STATES, credential_shown_state(c)));
	if (c->reason.len)
		json_put_str(w, "reason", c->reason);
	/* Its form was checked when it was put. */
	json_put_int(w, "checked_at",
	    c->checked_ms ? c->checked_ms : c->changed_ms);
	json_put_int(w, "changed_at", c->changed_ms);
	json_put_bool(w, "enabled", c->enabled != 0);
	json_put_str(w, "preview", str_word(CREDENTIAL_PREVIEWS, c->preview));
	view_types(w, c->quiet_types);
	if (c->public_key.len)
		json_put_str(w, "public_key", c->public_key);
	json_end(w);
}

static int decode_types(const json_t *words, int64_t *types_out,
    struct error *err)
{
	const json_t *word;
	size_t i;

	*types_out = 0;
	if (words && !json_is_array(words))
		return err_field(err, ERR_INVALID_ARGUMENT, "quiet_types",
		    "a list of types of messages");
	json_array_foreach(words, i, word)
	{
		int64_t type = str_place(MESSAGE_TYPES, json_text(word));

		if (!type)
			return err_field(err, ERR_INVALID_ARGUMENT,
			    "quiet_types", "one of " MESSAGE_TYPES);
		*types_out |= INT64_C(1) << (type - 1);
	}
	return 0;
}

/* What the provider's code makes of it: keys that open, texts that fit. */
static int check(struct web_request *rq, int64_t provider, struct str json,
    struct error *err)
{
	const struct push_provider *p = push_provider(
	    (enum push_provider_id)provider);
	struct push_credential ignored;
	const char *field = p ? p->read(rq->arena, json, &ignored) : NULL;

	if (!field)
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT, field,
	    "missing, or not what %s gives out", p->name);
}

int admin_push_put_json(struct web_request *rq,
    const struct push_settings *settings, struct credential *c,
    const json_t *json, int64_t former, struct error *err)
{
	struct str text = json_dump(rq->arena, json);
	int rc = -1;

	c->app_id = rq->caller.app_id;
	c->provider = admin_push_provider(rq);
	c->enabled = settings->enabled;
	c->preview = settings->preview;
	if (text.len > CREDENTIAL_JSON_MAX) {
		err_set(err, ERR_TOO_LARGE, "a credential is at most %d bytes",
		    CREDENTIAL_JSON_MAX);
		goto out;
	}
	if (decode_types(settings->quiet_types, &c->quiet_types, err) < 0 ||
	    check(rq, c->provider, text, err) < 0)
		goto out;
	rc = credential_put(service_of(rq)->db, rq->arena, c, text, former,
	    admin_push_actor(rq), err);
	if (rc == 0)
		admin_push_view(rq->out, c);
out:
	crypto_wipe((char *)text.p, text.len);
	return rc;
}

int admin_push_put(struct web_request *rq, const struct push_settings *settings,
    struct credential *c, struct error *err)
{
	json_t *own = json_copy(rq->body);
	int rc;

	json_object_del(own, "enabled");
	json_object_del(own, "preview");
	json_object_del(own, "quiet_types");
	rc = admin_push_put_json(rq, settings, c, own, CREDENTIAL_ANY, err);
	json_decref(own);
	return rc;
}

/* ---- push.list ---- */

static int push_list(struct web_request *rq, struct error *err)
{
	struct json_writer *w = rq->out;
	struct credential *rows;
	size_t n;

	if (credential_list(service_of(rq)->db, rq->arena, rq->caller.app_id,
		&rows, &n, err) < 0)
		return -1;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < n; i++)
		admin_push_view(w, &rows[i]);
	json_end_list(w);
	json_put_null(w, "next");
	json_end(w);
	return 0;
}

/* ---- push.delete_* ---- */

struct delete_args {
	struct str topic;
};

static const struct web_arg delete_args[] = {
	ARG(WEB_QUERY, WEB_WORD, "topic", struct delete_args, topic, .min = 1,
	    .max = CREDENTIAL_TOPIC_MAX, .set = "._-",
	    .text = "Only that of this bundle or package; default: all of the "
		    "provider."),
	WEB_ARGS_END
};

static int push_delete(struct web_request *rq, struct error *err)
{
	const struct delete_args *in = rq->args;
	int64_t n;

	if (credential_delete(service_of(rq)->db, rq->arena, rq->caller.app_id,
		admin_push_provider(rq), in->topic, admin_push_actor(rq), &n,
		err) < 0)
		return -1;
	web_no_content(rq);
	return 0;
}

#define DELETE(word)                                                          \
	{                                                                     \
		.method = "DELETE", .path = "/v1/admin/push/" word,           \
		.name = "push.delete_" word,                                  \
		.summary = "Remove the credential for " word ": nothing "     \
			   "is pushed with it any more.",                     \
		.auth = WEB_AUTH_APP, .rate = WEB_RATE_WRITE,                 \
		.args = delete_args, .args_size = sizeof(struct delete_args), \
		.handle = push_delete                                         \
	}

const struct web_route admin_push_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/admin/push",
	    .name = "push.list",
	    .summary = "The app's credentials for push providers, and how they "
		       "are.",
	    .auth = WEB_AUTH_APP,
	    .rate = WEB_RATE_READ,
	    .handle = push_list,
	},
	DELETE("apns"),
	DELETE("fcm"),
	DELETE("webpush"),
	DELETE("huawei"),
	DELETE("mipush"),
	WEB_ROUTES_END,
};
