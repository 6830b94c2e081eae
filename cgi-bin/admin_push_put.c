/* The credentials of an app for push providers: the fields of each. */
#include "admin_push.h"

#include "admin.h"
#include "base/crypto.h"
#include "base/crypto_sign.h"
#include "io/json.h"
#include "service.h"

#define WORD_MAX 255
#define TRIES    5
#define S        struct put_args

struct put_args {
	struct push_settings settings;
	struct str topic; /* or package */
	struct str key_p8, key_id, team_id, subject, private_key;
	struct str app_id, client_id, client_secret, project_id;
	struct str app_secret, region, channel_id;
	int64_t environment, api;
	json_t *service_account;
};

static int put(struct web_request *rq, struct error *err)
{
	const struct put_args *in = rq->args;
	struct credential c = { .topic = in->topic };

	return admin_push_put(rq, &in->settings, &c, err);
}

/* ---- push.put_apns ---- */

static const struct web_arg apns_args[] = {
	ARG(WEB_BODY, WEB_STR, "key_p8", S, key_p8, .min = 1,
	    .max = CRYPTO_SIGN_PEM_MAX, .flags = WEB_REQUIRED,
	    .text = "The key of the team for APNs: the file AuthKey_*.p8."),
	ARG(WEB_BODY, WEB_WORD, "key_id", S, key_id, .min = 1, .max = 64,
	    .flags = WEB_REQUIRED, .text = "The id of this key."),
	ARG(WEB_BODY, WEB_WORD, "team_id", S, team_id, .min = 1, .max = 64,
	    .flags = WEB_REQUIRED, .text = "The id of the team."),
	ARG(WEB_BODY, WEB_WORD, "topic", S, topic, .min = 1,
	    .max = CREDENTIAL_TOPIC_MAX, .set = "._-", .flags = WEB_REQUIRED,
	    .text = "The bundle. Of several, each has a credential."),
	ARG(WEB_BODY, WEB_ENUM, "environment", S, environment,
	    .set = "production|sandbox", .flags = WEB_REQUIRED,
	    .text = "That of devices which do not say theirs."),
	ARGS_PUSH_SETTINGS(S), WEB_ARGS_END
};

/* ---- push.put_fcm ---- */

static const struct web_arg fcm_args[] = {
	ARG(WEB_BODY, WEB_OBJECT, "service_account", S, service_account,
	    .max = CREDENTIAL_JSON_MAX, .flags = WEB_REQUIRED,
	    .text = "The file of a service account of the project that may "
		    "send messages."),
	ARGS_PUSH_SETTINGS(S), WEB_ARGS_END
};

/* ---- push.put_webpush ---- */

static const struct web_arg webpush_args[] = {
	ARG(WEB_BODY, WEB_STR, "subject", S, subject, .min = 1, .max = WORD_MAX,
	    .flags = WEB_REQUIRED,
	    .text = "Whom a push service may write to: mailto: or https:."),
	ARG(WEB_BODY, WEB_WORD, "private_key", S, private_key, .min = 43,
	    .max = 44, .set = "-_=",
	    .text = "The 32 bytes of a VAPID key, base64url; default: the one "
		    "that is there, else a new one."),
	ARGS_PUSH_SETTINGS(S), WEB_ARGS_END
};

static int bad_key(struct error *err)
{
	return err_field(err, ERR_INVALID_ARGUMENT, "private_key",
	    "not the 32 bytes of a key on P-256 in base64url");
}

static struct str unpadded(struct str s)
{
	while (s.len && s.p[s.len - 1] == '=')
		s.len--;
	return s;
}

struct vapid {
	struct str key; /* base64url */
	int64_t former; /* the version that it was kept from */
};

/* The key that is there; STR_NONE: none is. */
static int find_key(struct web_request *rq, struct vapid *v, struct error *err)
{
	struct credential c;
	struct str text;
	json_t *json;
	int found = credential_find(service_of(rq)->db, rq->arena,
	    rq->caller.app_id, admin_push_provider(rq), STR(""), &c, err);

	*v = (struct vapid){ STR_NONE, 0 };
	if (found <= 0)
		return found;
	v->former = c.version;
	if (credential_open(rq->arena, &c, &text, err) < 0 ||
	    json_parse(rq->arena, text, false, &json, err) < 0)
		return -1;
	v->key = json_get_str(json, "private_key");
	crypto_wipe((char *)text.p, text.len);
	return 0;
}

static int choose_key(struct web_request *rq, const struct put_args *in,
    struct vapid *v, struct error *err)
{
	uint8_t scalar[CRYPTO_SCALAR_LEN];

	*v = (struct vapid){ unpadded(in->private_key), CREDENTIAL_ANY };
	if (!v->key.p && find_key(rq, v, err) < 0)
		return -1;
	if (v->key.p)
		return 0;
	crypto_signer_make_scalar(scalar);
	v->key = crypto_base64url(rq->arena, scalar, sizeof(scalar));
	crypto_wipe(scalar, sizeof(scalar));
	return 0;
}

/* The point of the key, base64url. */
static int public_of(struct web_request *rq, struct str key, struct str *out,
    struct error *err)
{
	struct str scalar = crypto_base64url_decode(rq->arena, key);
	uint8_t point[CRYPTO_POINT_LEN];
	struct crypto_signer *signer;

	if (scalar.len != CRYPTO_SCALAR_LEN ||
	    crypto_signer_read_scalar(rq->arena, scalar, &signer))
		return bad_key(err);
	crypto_signer_point(signer, point);
	*out = crypto_base64url(rq->arena, point, sizeof(point));
	return 0;
}

static int try_webpush(struct web_request *rq, const struct put_args *in,
    struct error *err)
{
	struct credential c = { .topic = STR("") };
	struct vapid v;
	json_t *json;
	int rc;

	if (choose_key(rq, in, &v, err) < 0 ||
	    public_of(rq, v.key, &c.public_key, err) < 0)
		return -1;
	json = json_object();
	json_object_set_new(json, "subject",
	    json_stringn(in->subject.p, in->subject.len));
	json_object_set_new(json, "private_key",
	    json_stringn(v.key.p, v.key.len));
	rc = admin_push_put_json(rq, &in->settings, &c, json, v.former, err);
	json_decref(json);
	return rc;
}

static int put_webpush(struct web_request *rq, struct error *err)
{
	const struct put_args *in = rq->args;
	int rc = -1;

	if (!str_starts(in->subject, "mailto:") &&
	    !str_is_https_url(in->subject))
		return err_field(err, ERR_INVALID_ARGUMENT, "subject",
		    "a mailto: or https: URL");
	/* Of several that make a key at the same time, one is kept by all. */
	for (int i = 0; i < TRIES && rc < 0; i++) {
		rc = try_webpush(rq, in, err);
		if (rc < 0 && err->code != ERR_MOVED)
			return -1;
	}
	return rc;
}

/* ---- push.put_huawei ---- */

#define ARG_HUAWEI(member, title, needed, what)                  \
	ARG(WEB_BODY, WEB_PRINTABLE, title, S, member, .min = 1, \
	    .max = WORD_MAX, .flags = needed, .text = what)

static const struct web_arg huawei_args[] = {
	ARG_HUAWEI(app_id, "app_id", WEB_REQUIRED,
	    "The id of the app at AppGallery."),
	ARG_HUAWEI(client_id, "client_id", WEB_REQUIRED,
	    "The OAuth client of the app."),
	ARG_HUAWEI(client_secret, "client_secret", WEB_REQUIRED, "Its secret."),
	ARG_HUAWEI(project_id, "project_id", 0, "The project, for v2 and v3."),
	ARG(WEB_BODY, WEB_OBJECT, "service_account", S, service_account,
	    .max = CREDENTIAL_JSON_MAX,
	    .text = "The file of a service account, for v3."),
	ARG(WEB_BODY, WEB_ENUM, "api", S, api, .set = "v1|v2|v3",
	    .text = "v3 is for HarmonyOS 5 and later."),
	ARGS_PUSH_SETTINGS(S), WEB_ARGS_END
};

/* ---- push.put_mipush ---- */

static const struct web_arg mipush_args[] = {
	ARG(WEB_BODY, WEB_PRINTABLE, "app_secret", S, app_secret, .min = 1,
	    .max = WORD_MAX, .flags = WEB_REQUIRED,
	    .text = "The secret of the app."),
	ARG(WEB_BODY, WEB_WORD, "package", S, topic, .min = 1,
	    .max = CREDENTIAL_TOPIC_MAX, .set = "._-", .flags = WEB_REQUIRED,
	    .text = "The package. Of several, each has a credential."),
	ARG(WEB_BODY, WEB_WORD, "region", S, region, .min = 1, .max = 16,
	    .set = "_-",
	    .text = "Where the devices are registered; default: the "
		    "mainland."),
	ARG(WEB_BODY, WEB_WORD, "channel_id", S, channel_id, .min = 1,
	    .max = 64, .set = "._-",
	    .text = "An approved channel for private messages: without one "
		    "a device takes one a day."),
	ARGS_PUSH_SETTINGS(S), WEB_ARGS_END
};

/* ---- routes ---- */

#define PUT(word, table, handler)                                            \
	{                                                                    \
		.method = "PUT", .path = "/v1/admin/push/" word,             \
		.name = "push.put_" word,                                    \
		.summary = "Set the app's credential for " word              \
			   ", or replace it.",                               \
		.auth = WEB_AUTH_APP, .rate = WEB_RATE_WRITE, .args = table, \
		.args_size = sizeof(S), .handle = handler                    \
	}

const struct web_route admin_push_put_routes[] = {
	PUT("apns", apns_args, put),
	PUT("fcm", fcm_args, put),
	PUT("webpush", webpush_args, put_webpush),
	PUT("huawei", huawei_args, put),
	PUT("mipush", mipush_args, put),
	WEB_ROUTES_END,
};
