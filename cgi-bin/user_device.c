/* The caller's devices, and where their pushes go. */
#include "user.h"

#include "args.h"
#include "base/crypto.h"
#include "im/user/registration.h"
#include "io/json_writer.h"
#include "push/endpoint.h"
#include "service.h"
#include "view/device.h"

static const struct registration *pick(const struct registration *rows,
    size_t n, const struct session *s)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(rows[i].device_id, s->device_id))
			return &rows[i];
	}
	return NULL;
}

static bool is_current(const struct web_request *rq, const struct session *s)
{
	return s->session_id == rq->caller.session_id;
}

/* ---- device.list ---- */

struct list_args {
	int64_t limit, cursor;
};

static const struct web_arg list_args[] = { ARG_LIMIT(struct list_args),
	ARG(WEB_QUERY, WEB_ID, "cursor", struct list_args, cursor,
	    .text = "`next` of the previous page."),
	WEB_ARGS_END };

static int device_list(struct web_request *rq, struct error *err)
{
	const struct list_args *in = rq->args;
	struct db *db = service_of(rq)->db;
	struct json_writer *w = rq->out;
	struct registration *regs;
	struct session *rows;
	size_t n, shown, n_regs;

	/* Reads one more than the page, to see whether there is a next one. */
	if (session_list(db, rq->arena, rq->caller.user_id, in->cursor,
		in->limit + 1, &rows, &n, err) < 0 ||
	    registration_list(db, rq->arena, rq->caller.user_id, &regs, &n_regs,
		err) < 0)
		return -1;
	shown = n > (size_t)in->limit ? (size_t)in->limit : n;
	json_begin(w);
	json_key(w, "items");
	json_begin_list(w);
	for (size_t i = 0; i < shown; i++)
		view_device(w, &rows[i], pick(regs, n_regs, &rows[i]),
		    is_current(rq, &rows[i]));
	json_end_list(w);
	if (n > shown)
		json_put_id(w, "next", rows[shown - 1].session_id);
	else
		json_put_null(w, "next");
	json_end(w);
	return 0;
}

/* ---- device.register, device.unregister ---- */

struct register_args {
	struct str device_id, token, token_kind, topic, p256dh, auth, locale;
	int64_t provider, environment;
	bool has_keys;
};

static const struct web_arg keys_args[] = {
	ARG(WEB_BODY, WEB_WORD, "p256dh", struct register_args, p256dh,
	    .min = 1, .max = REGISTRATION_P256DH_MAX,
	    .set = "-_=", .flags = WEB_REQUIRED,
	    .text = "The subscription's public key, base64url."),
	ARG(WEB_BODY, WEB_WORD, "auth", struct register_args, auth, .min = 1,
	    .max = REGISTRATION_AUTH_MAX, .set = "-_=", .flags = WEB_REQUIRED,
	    .text = "The subscription's secret, base64url."),
	WEB_ARGS_END
};

static const struct web_arg register_args[] = {
	ARG_DEVICE(struct register_args),
	ARG(WEB_BODY, WEB_ENUM, "provider", struct register_args, provider,
	    .set = REGISTRATION_PROVIDERS, .flags = WEB_REQUIRED,
	    .text = "Who delivers."),
	ARG(WEB_BODY, WEB_STR, "token", struct register_args, token, .min = 1,
	    .max = REGISTRATION_TOKEN_MAX, .flags = WEB_REQUIRED,
	    .text = "What the provider knows the device by; of `webpush` the "
		    "endpoint of the subscription. It is never shown."),
	ARG(WEB_BODY, WEB_WORD, "token_kind", struct register_args, token_kind,
	    .min = 1, .max = REGISTRATION_KIND_MAX, .set = "._-",
	    .text = "What sort of token it is, where a provider has several."),
	ARG(WEB_BODY, WEB_WORD, "topic", struct register_args, topic, .min = 1,
	    .max = REGISTRATION_TOPIC_MAX, .set = "._-",
	    .text = "The client's bundle or package; default: that of the "
		    "credential."),
	ARG(WEB_BODY, WEB_ENUM, "environment", struct register_args,
	    environment, .set = "production|sandbox", .def = 1,
	    .text = "Of APNs: where the token was given out."),
	ARG_HAS(WEB_BODY, WEB_STRUCT, "keys", struct register_args, p256dh,
	    has_keys, .of = keys_args,
	    .text = "Of `webpush`, where it is required: the keys of the "
		    "subscription."),
	ARG(WEB_BODY, WEB_WORD, "locale", struct register_args, locale,
	    .min = 1, .max = REGISTRATION_LOCALE_MAX, .set = "-_",
	    .text = "Language of texts without content, as `pt-BR`."),
	WEB_ARGS_END
};

static bool is_webpush(const struct register_args *in)
{
	return str_is(str_word(REGISTRATION_PROVIDERS, in->provider),
	    "webpush");
}

#define POINT_LEN 65 /* of P-256, uncompressed: RFC 8291 section 3.1 */
#define AUTH_LEN  16

/* Clients may leave the padding. */
static struct str decode(struct arena *a, struct str s)
{
	while (s.len && s.p[s.len - 1] == '=')
		s.len--;
	return crypto_base64url_decode(a, s);
}

static int check_keys(struct web_request *rq, const struct register_args *in,
    struct error *err)
{
	struct str point, secret;

	if (!in->has_keys)
		return err_field(err, ERR_INVALID_ARGUMENT, "keys",
		    "webpush needs the keys of the subscription");
	point = decode(rq->arena, in->p256dh);
	if (point.len != POINT_LEN || point.p[0] != 4)
		return err_field(err, ERR_INVALID_ARGUMENT, "keys.p256dh",
		    "not an uncompressed point of P-256 in base64url");
	secret = decode(rq->arena, in->auth);
	if (secret.len != AUTH_LEN)
		return err_field(err, ERR_INVALID_ARGUMENT, "keys.auth",
		    "not 16 bytes in base64url");
	return 0;
}

static int check(struct web_request *rq, struct error *err)
{
	const struct register_args *in = rq->args;
	const char *why;

	if (!str_is_printable(in->token, false))
		return err_field(err, ERR_INVALID_ARGUMENT, "token",
		    "a token is printable ASCII without blanks");
	if (!is_webpush(in))
		return 0;
	why = push_endpoint_fault(in->token);
	if (why)
		return err_field(err, ERR_INVALID_ARGUMENT, "token", "%s", why);
	return check_keys(rq, in, err);
}

/* r NULL: not registered. */
static int show(struct web_request *rq, struct str device_id,
    const struct registration *r, struct error *err)
{
	struct session *rows;
	size_t n;

	if (session_list(service_of(rq)->db, rq->arena, rq->caller.user_id, 0,
		SESSIONS_MAX, &rows, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(rows[i].device_id, device_id))
			continue;
		view_device(rq->out, &rows[i], r, is_current(rq, &rows[i]));
		return 0;
	}
	return err_set(err, ERR_NOT_FOUND,
	    "no session of the user is open on this device");
}

static int device_register(struct web_request *rq, struct error *err)
{
	const struct register_args *in = rq->args;
	struct registration r = {
		.user_id = rq->caller.user_id,
		.app_id = rq->caller.app_id,
		.device_id = in->device_id,
		.provider = in->provider,
		.token = in->token,
		.token_kind = in->token_kind,
		.topic = in->topic,
		.is_sandbox = in->environment == 2,
		.locale = in->locale,
	};

	if (check(rq, err) < 0)
		return -1;
	if (is_webpush(in)) {
		r.p256dh = in->p256dh;
		r.auth = in->auth;
	}
	if (registration_put(service_of(rq)->db, rq->arena, &r, err) < 0)
		return -1;
	return show(rq, in->device_id, &r, err);
}

struct device_args {
	struct str device_id;
};

static const struct web_arg device_args[] = { ARG_DEVICE(struct device_args),
	WEB_ARGS_END };

static int device_unregister(struct web_request *rq, struct error *err)
{
	const struct device_args *in = rq->args;

	if (registration_end(service_of(rq)->db, rq->caller.user_id,
		in->device_id, err) < 0)
		return -1;
	return show(rq, in->device_id, NULL, err);
}

const struct web_route user_device_routes[] = {
	{
	    .method = "GET",
	    .path = "/v1/devices",
	    .name = "device.list",
	    .summary = "The caller's devices.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_READ,
	    .args = list_args,
	    .args_size = sizeof(struct list_args),
	    .handle = device_list,
	},
	{
	    .method = "PUT",
	    .path = "/v1/devices/{device_id}/push",
	    .name = "device.register",
	    .summary = "Say where the pushes of a device go.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = register_args,
	    .args_size = sizeof(struct register_args),
	    .handle = device_register,
	},
	{
	    .method = "DELETE",
	    .path = "/v1/devices/{device_id}/push",
	    .name = "device.unregister",
	    .summary = "No more pushes to a device.",
	    .auth = WEB_AUTH_USER,
	    .rate = WEB_RATE_WRITE,
	    .args = device_args,
	    .args_size = sizeof(struct device_args),
	    .handle = device_unregister,
	},
	WEB_ROUTES_END,
};
