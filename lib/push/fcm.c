/*
 * fcm: Firebase Cloud Messaging, HTTP v1 (FCM error codes; RFC 7523 for the
 * access token of a service account).
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
#define TOKEN_MAX      2048
#define TTL_MAX_S      (28 * 24 * 3600)
#define GRANT_S        3600
#define QUOTA_PAUSE_MS 60000
#define SCOPE          "https://www.googleapis.com/auth/firebase.messaging"
#define TOKEN_URI      "https://oauth2.googleapis.com/token"
#define GRANT_TYPE     "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"

struct fcm {
	const struct crypto_signer *key;
	struct str project_id, client_email, key_id, token_uri;
};

/* ---- what it answers ---- */

enum {
	ALARM = 1,
	QUOTA = 2, /* a pause, if the answer does not name one */
	AFTER = 4, /* Retry-After counts */
};

/* What the body is, or says. */
#define NOT_JSON  "(not JSON)"
#define NO_CODE   NULL      /* any that is not above */
#define BAD_TOKEN "(token)" /* the field that is to blame */
#define BAD_FIELD "(field)"

static const struct row {
	int status;       /* 0: any */
	const char *code; /* errorCode of FcmError */
	enum push_verdict verdict;
	unsigned flags;
} rows[] = {
	{ 200, NO_CODE, PUSH_DONE, 0 },
	{ 404, "UNREGISTERED", PUSH_DROP, 0 },
	{ 404, NOT_JSON, PUSH_RETRY, ALARM }, /* of no FCM */
	{ 404, NO_CODE, PUSH_STOP, 0 },       /* the project does not exist */
	/* A field that is named says more than INVALID_ARGUMENT. */
	{ 400, BAD_TOKEN, PUSH_DROP, 0 },
	{ 400, BAD_FIELD, PUSH_GIVE_UP, ALARM },
	{ 400, "INVALID_ARGUMENT", PUSH_DROP_GATED, 0 },
	{ 400, NO_CODE, PUSH_GIVE_UP, ALARM },
	{ 403, "SENDER_ID_MISMATCH", PUSH_DROP_GATED, 0 },
	{ 403, NO_CODE, PUSH_STOP, 0 },
	/* The project's key for APNs or Web Push: the others go on. */
	{ 401, "THIRD_PARTY_AUTH_ERROR", PUSH_GIVE_UP, ALARM },
	{ 401, NO_CODE, PUSH_RENEW, 0 },
	{ 413, NO_CODE, PUSH_SHORTEN, 0 },
	{ 429, NO_CODE, PUSH_SLOW, QUOTA | AFTER }, /* QUOTA_EXCEEDED */
	{ 500, NO_CODE, PUSH_RETRY, AFTER },        /* INTERNAL */
	{ 502, NO_CODE, PUSH_RETRY, AFTER },
	{ 503, NO_CODE, PUSH_RETRY, AFTER }, /* UNAVAILABLE */
	{ 504, NO_CODE, PUSH_RETRY, AFTER },
};

static const struct row *row_of(int status, const char *kind, struct str code)
{
	static const struct row trouble = { 0, NO_CODE, PUSH_RETRY, AFTER },
				ours = { 0, NO_CODE, PUSH_GIVE_UP, ALARM };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];

		if (r->status == status &&
		    (!r->code || r->code == kind || str_is(code, r->code)))
			return r;
	}
	return status >= 500 ? &trouble : &ours;
}

static bool ends_in(struct str s, const char *tail)
{
	struct str t = str_of(tail);

	return s.len >= t.len && !memcmp(s.p + s.len - t.len, t.p, t.len);
}

/* The errorCode among error.details, and whether a field is to blame. */
static struct str look_into(const json_t *error, const char **kind_out)
{
	const json_t *detail, *violation;
	struct str code = STR_NONE;
	size_t i, j;

	json_array_foreach(json_object_get(error, "details"), i, detail)
	{
		struct str type = json_get_str(detail, "@type");

		if (ends_in(type, ".FcmError") && !code.p)
			code = json_get_str(detail, "errorCode");
		if (!ends_in(type, ".BadRequest"))
			continue;
		json_array_foreach(json_object_get(detail, "fieldViolations"),
		    j, violation)
		{
			if (str_is(json_get_str(violation, "field"),
				"message.token")) {
				*kind_out = BAD_TOKEN;
				return code;
			}
			*kind_out = BAD_FIELD;
		}
	}
	return code;
}

static void judge(struct arena *a, const struct push_answer *answer,
    const struct push_address *to, int64_t now_ms, struct push_outcome *out)
{
	const json_t *body = push_answer_json(a, answer);
	const json_t *error = json_object_get(body, "error");
	const char *kind = body ? NULL : NOT_JSON;
	struct str code = look_into(error, &kind);
	const struct row *r = row_of(answer->status, kind, code);

	(void)to;
	if (!code.len)
		code = json_get_str(error, "status");
	*out = (struct push_outcome){
		.verdict = r->verdict,
		.reason = push_reason(a, code),
		.is_alarm = r->flags & ALARM,
	};
	if (r->flags & AFTER)
		out->retry_after_ms = push_retry_after_ms(answer, now_ms);
	if (r->flags & QUOTA && !out->retry_after_ms)
		out->retry_after_ms = QUOTA_PAUSE_MS;
}

/* ---- the credential ---- */

/* The file that Google gives out: an object, or its text. */
static json_t *account_of(struct arena *a, const json_t *v)
{
	json_t *account = json_object_get(v, "service_account");

	if (json_is_string(account))
		return push_credential_json(a, json_text(account));
	return account;
}

static const char *read(struct arena *a, struct str json,
    struct push_credential *out)
{
	struct fcm *own = ARENA_NEW(a, struct fcm);
	json_t *account = account_of(a, push_credential_json(a, json));
	struct crypto_signer *key;

	if (!json_is_object(account))
		return "service_account";
	if (!push_credential_key(a, account, "private_key", CRYPTO_RS256, &key))
		return "service_account.private_key";
	own->key = key;
	own->client_email = push_credential_text(a, account, "client_email",
	    320);
	if (!own->client_email.len)
		return "service_account.client_email";
	own->project_id = push_credential_text(a, account, "project_id", 64);
	if (!own->project_id.len || !str_is_alnum_or(own->project_id, "-.:_"))
		return "service_account.project_id";
	own->key_id = push_credential_text(a, account, "private_key_id", 128);
	own->token_uri = push_credential_text(a, account, "token_uri", 255);
	if (!own->token_uri.len)
		own->token_uri = STR(TOKEN_URI);
	out->topic = STR("");
	out->own = own;
	return NULL;
}

static struct str grant(struct arena *a, const struct fcm *own, int64_t now_ms)
{
	struct json_writer w;
	struct buf claims;
	struct str jwt;

	buf_init(&claims);
	json_writer_init(&w, &claims);
	json_begin(&w);
	json_put_str(&w, "iss", own->client_email);
	json_put_cstr(&w, "scope", SCOPE);
	/*
	 * Whom the grant is for; where it goes is the configuration's to say.
	 */
	json_put_str(&w, "aud", own->token_uri);
	json_put_int(&w, "iat", now_ms / 1000);
	json_put_int(&w, "exp", now_ms / 1000 + GRANT_S);
	json_end(&w);
	jwt = jwt_sign(a, own->key, own->key_id, buf_view(&claims));
	buf_release(&claims);
	return jwt;
}

static void add_header(struct push_request *q, const char *name, struct str v)
{
	q->headers[q->n_headers++] = (struct push_header){ name, v };
}

static int make_auth(struct arena *a, const struct push_credential *c,
    const struct push_base *base, int64_t now_ms, struct push_auth *auth_out,
    struct push_request *q)
{
	(void)auth_out;
	*q = (struct push_request){
		.url = arena_printf(a, "%.*s/token", STR_ARG(base->token)),
		.body = arena_printf(a, "grant_type=%s&assertion=%.*s",
		    GRANT_TYPE, STR_ARG(grant(a, c->own, now_ms))),
	};
	add_header(q, "content-type", STR("application/x-www-form-urlencoded"));
	return 0;
}

static bool take_auth(struct arena *a, const struct push_answer *answer,
    int64_t now_ms, struct push_auth *auth_out, struct push_outcome *out)
{
	const json_t *body = push_answer_json(a, answer);
	struct str token = json_get_str(body, "access_token");
	int64_t life_s = json_get_int(body, "expires_in", 0);

	if (answer->status == 200 && token.len &&
	    str_is_printable(token, false) && life_s > 0 &&
	    life_s <= 24 * GRANT_S) {
		*auth_out = (struct push_auth){
			.value = arena_printf(a, "Bearer %.*s", STR_ARG(token)),
			.made_ms = now_ms,
			.expires_ms = now_ms + life_s * 1000,
		};
		return true;
	}
	*out = (struct push_outcome){
		/* 400, 401, 403: invalid_grant and the like (RFC 6749). */
		.verdict = answer->status / 100 == 4 && answer->status != 429 &&
				   answer->status != 408 && body
			       ? PUSH_STOP
			       : PUSH_RETRY,
		.reason = push_reason(a, json_get_str(body, "error")),
		.retry_after_ms = push_retry_after_ms(answer, now_ms),
		.is_alarm = answer->status == 200,
	};
	return false;
}

/* ---- the notice ---- */

/* The members of the client's data, and what imcloud adds for each. */
static void write_data(struct json_writer *w, struct arena *a,
    const struct push_notice *n)
{
	struct str data = n->data;

	json_key(w, "data");
	json_begin(w);
	if (data.len > 2)
		json_members(w, (struct str){ data.p + 1, data.len - 2 });
	if (n->collapse.len)
		json_put_str(w, "tag", n->collapse);
	if (n->badge >= 0)
		json_put_str(w, "badge", arena_printf(a, "%" PRId64, n->badge));
	json_end(w);
}

static void write_android(struct json_writer *w, struct arena *a,
    const struct push_notice *n, int64_t now_ms)
{
	int64_t ttl_s = (n->expires_ms - now_ms) / 1000;

	if (ttl_s < 0)
		ttl_s = 0;
	if (ttl_s > TTL_MAX_S)
		ttl_s = TTL_MAX_S;
	json_key(w, "android");
	json_begin(w);
	json_put_cstr(w, "priority",
	    n->is_urgent && !n->is_silent ? "high" : "normal");
	json_put_str(w, "ttl", arena_printf(a, "%" PRId64 "s", ttl_s));
	if (n->collapse.len)
		json_put_str(w, "collapse_key", n->collapse);
	if (!n->is_silent) {
		json_key(w, "notification");
		json_begin(w);
		if (n->collapse.len)
			json_put_str(w, "tag", n->collapse);
		if (n->badge >= 0 && n->badge <= INT32_MAX)
			json_put_int(w, "notification_count", n->badge);
		json_end(w);
	}
	json_end(w);
}

static struct str write_message(struct arena *a, const struct push_address *to,
    const struct push_notice *n, int64_t now_ms, struct str title,
    struct str body)
{
	struct json_writer w;
	struct str text;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_key(&w, "message");
	json_begin(&w);
	/* An installation's id takes the place of the token, by and by. */
	json_put_str(&w, str_is(to->kind, "fid") ? "fid" : "token", to->token);
	if (!n->is_silent) {
		json_key(&w, "notification");
		json_begin(&w);
		json_put_str(&w, "title", title);
		json_put_str(&w, "body", body);
		json_end(&w);
	}
	write_data(&w, a, n);
	write_android(&w, a, n, now_ms);
	json_end(&w);
	json_end(&w);
	text = arena_str(a, buf_view(&b));
	buf_release(&b);
	return text;
}

/* Counts everything but the token, which is more than FCM counts.  STR_NONE: it
 * does not fit. */
static struct str message_of(struct arena *a, const struct push_address *to,
    const struct push_notice *n, int64_t now_ms)
{
	size_t max = PAYLOAD_MAX + to->token.len;
	struct str title = n->title, body = n->body, text;
	size_t fixed = write_message(a, to, n, now_ms, STR(""), STR("")).len;

	if (fixed > max ||
	    (!n->is_silent && !push_fit(a, max - fixed, &title, &body)))
		return STR_NONE;
	text = write_message(a, to, n, now_ms, title, body);
	return text.len <= max ? text : STR_NONE;
}

static bool request(struct arena *a, const struct push_credential *c,
    const struct push_base *base, const struct push_auth *auth,
    const struct push_address *to, const struct push_notice *n, int64_t now_ms,
    struct push_request *q, struct push_outcome *out)
{
	const struct fcm *own = c->own;

	*out = (struct push_outcome){ .verdict = PUSH_GIVE_UP };
	if (!to->token.len || to->token.len > TOKEN_MAX ||
	    !str_is_alnum_or(to->token, "-_:.")) {
		out->verdict = PUSH_DROP;
		out->reason = STR("not_a_token");
		return false;
	}
	*q = (struct push_request){ .body = message_of(a, to, n, now_ms) };
	if (!q->body.p) {
		out->reason = STR("too_large");
		return false;
	}
	q->url = arena_printf(a, "%.*s/v1/projects/%.*s/messages:send",
	    STR_ARG(base->send), STR_ARG(own->project_id));
	add_header(q, "authorization", auth->value);
	add_header(q, "content-type", STR("application/json"));
	return true;
}

const struct push_provider push_fcm = {
	.id = PUSH_FCM,
	.name = "fcm",
	.payload_max = PAYLOAD_MAX,
	.read = read,
	.make_auth = make_auth,
	.take_auth = take_auth,
	.request = request,
	.judge = judge,
};
