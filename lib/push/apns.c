/*
 * apns: the Apple Push Notification service, with a token (Sending notification
 * requests to APNs, Handling notification responses from APNs).
 */
#include <inttypes.h>

#include "base/crypto_sign.h"
#include "io/json.h"
#include "io/json_writer.h"
#include "io/jwt_sign.h"
#include "push/answer.h"
#include "push/credential.h"
#include "push/fit.h"

#define PAYLOAD_MAX    4096
#define TOKEN_MAX      200 /* hexadecimal digits */
#define TOPIC_MAX      255
#define JWT_AGE_MAX_MS (INT64_C(50) * 60 * 1000) /* an hour is refused */
#define JWT_AGE_MIN_MS (INT64_C(20) * 60 * 1000) /* so is more often */

struct apns {
	const struct crypto_signer *key;
	struct str key_id, team_id;
	bool is_sandbox;
};

/* ---- what it answers ---- */

enum {
	ALARM = 1,
	NEW_CONNECTION = 2,
	DEAD_SINCE = 4, /* the answer says since when */
	LONG_PAUSE = 8, /* until another JWT is allowed */
};

static const struct row {
	int status;
	const char *reason; /* NULL: any that is not above */
	enum push_verdict verdict;
	unsigned flags;
} rows[] = {
	{ 200, NULL, PUSH_DONE, 0 },
	/* The other environment says so of every token. */
	{ 400, "BadDeviceToken", PUSH_DROP_GATED, 0 },
	{ 400, "DeviceTokenNotForTopic", PUSH_DROP_GATED, 0 },
	{ 400, "BadTopic", PUSH_STOP, 0 },
	{ 400, "MissingTopic", PUSH_STOP, 0 },
	{ 400, "TopicDisallowed", PUSH_STOP, 0 },
	{ 400, "IdleTimeout", PUSH_RETRY, NEW_CONNECTION },
	/*
	 * BadCollapseId, BadExpirationDate, BadMessageId, BadPriority,
	 * DuplicateHeaders, InvalidPushType, MissingDeviceToken, PayloadEmpty
	 */
	{ 400, NULL, PUSH_GIVE_UP, ALARM },
	{ 403, "ExpiredProviderToken", PUSH_RENEW, 0 },
	/*
	 * BadCertificate, BadCertificateEnvironment,
	 * BadEnvironmentKeyIdInToken, Forbidden, InvalidProviderToken,
	 * MissingProviderToken, UnrelatedKeyIdInToken
	 */
	{ 403, NULL, PUSH_STOP, 0 },
	{ 404, NULL, PUSH_GIVE_UP, ALARM }, /* BadPath */
	{ 405, NULL, PUSH_GIVE_UP, ALARM }, /* MethodNotAllowed */
	{ 410, "Unregistered", PUSH_DROP, DEAD_SINCE },
	{ 410, "ExpiredToken", PUSH_DROP, DEAD_SINCE },
	{ 410, NULL, PUSH_DROP_GATED, DEAD_SINCE },
	{ 413, NULL, PUSH_SHORTEN, 0 }, /* PayloadTooLarge */
	{ 429, "TooManyProviderTokenUpdates", PUSH_SLOW, LONG_PAUSE },
	{ 429, NULL, PUSH_RETRY, 0 }, /* TooManyRequests: of one device */
	{ 500, NULL, PUSH_RETRY, NEW_CONNECTION }, /* InternalServerError */
	{ 503, NULL, PUSH_RETRY, NEW_CONNECTION }, /* ServiceUnavailable,
						      Shutdown */
};

static const struct row *row_of(int status, struct str reason)
{
	static const struct row trouble = { 0, NULL, PUSH_RETRY,
		NEW_CONNECTION },
				ours = { 0, NULL, PUSH_GIVE_UP, ALARM };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status &&
		    (!rows[i].reason || str_is(reason, rows[i].reason)))
			return &rows[i];
	return status >= 500 ? &trouble : &ours;
}

static void judge(struct arena *a, const struct push_answer *answer,
    const struct push_address *to, int64_t now_ms, struct push_outcome *out)
{
	const json_t *body = push_answer_json(a, answer);
	struct str reason = json_get_str(body, "reason");
	const struct row *r = row_of(answer->status, reason);

	(void)to;
	*out = (struct push_outcome){
		.verdict = r->verdict,
		.reason = push_reason(a, reason),
		.is_alarm = r->flags & ALARM,
		.is_new_connection = r->flags & NEW_CONNECTION,
	};
	if (r->verdict == PUSH_RETRY || r->verdict == PUSH_SLOW)
		out->retry_after_ms = push_retry_after_ms(answer, now_ms);
	if (r->flags & LONG_PAUSE && out->retry_after_ms < JWT_AGE_MIN_MS)
		out->retry_after_ms = JWT_AGE_MIN_MS;
	if (r->flags & DEAD_SINCE && json_get_int(body, "timestamp", 0) > 0)
		out->dead_since_ms = json_get_int(body, "timestamp", 0);
}

/* ---- the credential ---- */

static const char *read(struct arena *a, struct str json,
    struct push_credential *out)
{
	struct apns *own = ARENA_NEW(a, struct apns);
	json_t *v = push_credential_json(a, json);
	struct str environment = json_get_str(v, "environment");
	struct crypto_signer *key;

	if (!push_credential_key(a, v, "key_p8", CRYPTO_ES256, &key))
		return "key_p8";
	own->key = key;
	own->key_id = push_credential_text(a, v, "key_id", 64);
	if (!own->key_id.len)
		return "key_id";
	own->team_id = push_credential_text(a, v, "team_id", 64);
	if (!own->team_id.len)
		return "team_id";
	out->topic = push_credential_text(a, v, "topic", TOPIC_MAX);
	if (!out->topic.len)
		return "topic";
	own->is_sandbox = str_is(environment, "sandbox");
	if (json_object_get(v, "environment") && !own->is_sandbox &&
	    !str_is(environment, "production"))
		return "environment";
	out->own = own;
	return NULL;
}

static int make_auth(struct arena *a, const struct push_credential *c,
    const struct push_base *base, int64_t now_ms, struct push_auth *auth_out,
    struct push_request *request_out)
{
	const struct apns *own = c->own;
	struct json_writer w;
	struct buf claims;
	struct str jwt;

	(void)base;
	(void)request_out;
	buf_init(&claims);
	json_writer_init(&w, &claims);
	json_begin(&w);
	json_put_str(&w, "iss", own->team_id);
	json_put_int(&w, "iat", now_ms / 1000);
	json_end(&w);
	jwt = jwt_sign(a, own->key, own->key_id, buf_view(&claims));
	buf_release(&claims);
	*auth_out = (struct push_auth){
		.value = arena_printf(a, "bearer %.*s", STR_ARG(jwt)),
		.made_ms = now_ms,
		.expires_ms = now_ms + JWT_AGE_MAX_MS,
	};
	return 1;
}

/* It is made here. */
static bool take_auth(struct arena *a, const struct push_answer *answer,
    int64_t now_ms, struct push_auth *auth_out, struct push_outcome *out)
{
	(void)a;
	(void)answer;
	(void)now_ms;
	(void)auth_out;
	out->verdict = PUSH_STOP;
	return false;
}

/* ---- the notice ---- */

static struct str write_payload(struct arena *a, const struct push_notice *n,
    struct str title, struct str body)
{
	struct json_writer w;
	struct str payload;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_key(&w, "aps");
	json_begin(&w);
	if (n->is_silent) {
		json_put_int(&w, "content-available", 1);
	} else {
		json_key(&w, "alert");
		json_begin(&w);
		json_put_str(&w, "title", title);
		json_put_str(&w, "body", body);
		json_end(&w);
		json_put_cstr(&w, "sound", "default");
		json_put_str(&w, "thread-id", n->collapse);
	}
	if (n->badge >= 0)
		json_put_int(&w, "badge", n->badge);
	json_end(&w);
	json_put_raw(&w, "data", n->data);
	json_end(&w);
	payload = arena_str(a, buf_view(&b));
	buf_release(&b);
	return payload;
}

/* STR_NONE: it does not fit. */
static struct str payload_of(struct arena *a, const struct push_notice *n)
{
	struct str title = n->is_silent ? STR("") : n->title;
	struct str body = n->is_silent ? STR("") : n->body;
	size_t fixed = write_payload(a, n, STR(""), STR("")).len;
	struct str payload;

	if (fixed > PAYLOAD_MAX ||
	    !push_fit(a, PAYLOAD_MAX - fixed, &title, &body))
		return STR_NONE;
	payload = write_payload(a, n, title, body);
	return payload.len <= PAYLOAD_MAX ? payload : STR_NONE;
}

static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') ||
			(s.p[i] >= 'a' && s.p[i] <= 'f') ||
			(s.p[i] >= 'A' && s.p[i] <= 'F')))
			return false;
	return s.len > 0 && s.len % 2 == 0 && s.len <= TOKEN_MAX;
}

static void add_header(struct push_request *q, const char *name, struct str v)
{
	q->headers[q->n_headers++] = (struct push_header){ name, v };
}

static bool request(struct arena *a, const struct push_credential *c,
    const struct push_base *base, const struct push_auth *auth,
    const struct push_address *to, const struct push_notice *n, int64_t now_ms,
    struct push_request *q, struct push_outcome *out)
{
	const struct apns *own = c->own;
	bool is_sandbox = own->is_sandbox || to->is_sandbox;
	struct str origin = is_sandbox ? base->sandbox : base->send;
	struct str topic = to->topic.len ? to->topic : c->topic;

	*out = (struct push_outcome){ .verdict = PUSH_GIVE_UP };
	if (!is_token(to->token)) {
		out->verdict = PUSH_DROP;
		out->reason = STR("not_a_token");
		return false;
	}
	if (topic.len > TOPIC_MAX || !str_is_printable(topic, false)) {
		out->reason = STR("not_a_topic");
		return false;
	}
	*q = (struct push_request){ .body = payload_of(a, n) };
	if (!q->body.p) {
		out->reason = STR("too_large");
		return false;
	}
	q->url = arena_printf(a, "%.*s/3/device/%.*s", STR_ARG(origin),
	    STR_ARG(to->token));
	add_header(q, "authorization", auth->value);
	add_header(q, "content-type", STR("application/json"));
	add_header(q, "apns-topic", topic);
	add_header(q, "apns-push-type",
	    n->is_silent ? STR("background") : STR("alert"));
	add_header(q, "apns-priority",
	    n->is_urgent && !n->is_silent ? STR("10") : STR("5"));
	/* 0 asks for one attempt. */
	add_header(q, "apns-expiration",
	    arena_printf(a, "%" PRId64,
		n->expires_ms > now_ms ? n->expires_ms / 1000 : 0));
	if (n->id.len)
		add_header(q, "apns-id", n->id);
	if (n->collapse.len)
		add_header(q, "apns-collapse-id", n->collapse);
	return true;
}

const struct push_provider push_apns = {
	.id = PUSH_APNS,
	.name = "apns",
	.payload_max = PAYLOAD_MAX,
	.auth_age_min_ms = JWT_AGE_MIN_MS,
	.read = read,
	.make_auth = make_auth,
	.take_auth = take_auth,
	.request = request,
	.judge = judge,
};
