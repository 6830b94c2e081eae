/*
 * huawei: Huawei Push Kit: the API for Android and HarmonyOS 3 and 4 (v1 by
 * client, v2 by project), with an access token, and the one for HarmonyOS 5 and
 * later (v3), with a JWT of a service account.
 *
 * A credential may have both: devices whose kind of token is "harmony" get the
 * newer one.
 */
#include <inttypes.h>

#include "base/crypto.h"
#include "base/crypto_sign.h"
#include "io/json.h"
#include "io/json_writer.h"
#include "io/jwt_sign.h"
#include "push/answer.h"
#include "push/credential.h"
#include "push/data.h"
#include "push/fit.h"
#include "push/form.h"
#include "push/huawei_answer.h"

#define PAYLOAD_MAX   4096 /* without the token */
#define TOKEN_MAX     2048
#define TTL_MAX_S     (15 * 24 * 3600)
#define BADGE_MAX     99
#define JWT_S         3600 /* a day is refused with 80300036 */
#define JWT_MARGIN_MS (INT64_C(300) * 1000)
#define AUDIENCE      "https://oauth-login.cloud.huawei.com/oauth2/v3/token"
#define PATH_TOKEN    "/oauth2/v3/token"
#define KIND_V3       "harmony"
#define V3            3

/* A JWT of v3, beside an access token of v1 or v2. */
struct kept {
	struct arena arena;
	struct str jwt; /* "Bearer ..." */
	int64_t made_ms;
};

struct huawei {
	int64_t api; /* 1 to 3: of devices that say nothing else */
	struct str client_id, client_secret;
	struct str project_id;
	struct str badge_class;
	const struct crypto_signer *key; /* NULL: there is no v3 */
	struct str key_id, account_id, audience, account_project_id;
	struct kept *kept;
};

/* ---- the credential ---- */

static void release(void *arg)
{
	struct kept *k = arg;

	arena_release(&k->arena);
}

/* The file that Huawei gives out: an object, or its text. */
static const char *read_account(struct arena *a, const json_t *v,
    struct huawei *own)
{
	json_t *account = json_object_get(v, "service_account");
	struct crypto_signer *key;

	if (json_is_string(account))
		account = push_credential_json(a, json_text(account));
	if (!json_is_object(account))
		return "service_account";
	if (!push_credential_key(a, account, "private_key", CRYPTO_PS256, &key))
		return "service_account.private_key";
	own->key_id = push_credential_text(a, account, "key_id", 128);
	if (!own->key_id.p)
		return "service_account.key_id";
	own->account_id = push_credential_text(a, account, "sub_account", 128);
	if (!own->account_id.p)
		return "service_account.sub_account";
	own->account_project_id = push_credential_text(a, account, "project_id",
	    64);
	if (!own->account_project_id.p)
		own->account_project_id = own->project_id;
	if (!own->account_project_id.p ||
	    !str_is_alnum_or(own->account_project_id, "-_"))
		return "service_account.project_id";
	own->audience = push_credential_text(a, account, "token_uri", 255);
	if (!own->audience.p)
		own->audience = STR(AUDIENCE);
	own->key = key;
	return NULL;
}

static const char *read_client(struct arena *a, const json_t *v,
    struct huawei *own)
{
	own->client_id = push_credential_text(a, v, "client_id", 64);
	if (!own->client_id.p || !str_is_alnum_or(own->client_id, "-_"))
		return "client_id";
	own->client_secret = push_credential_text(a, v, "client_secret", 255);
	if (!own->client_secret.p)
		return "client_secret";
	if (own->api == 2 && !own->project_id.p)
		return "project_id";
	return NULL;
}

static const char *read(struct arena *a, struct str json,
    struct push_credential *out)
{
	struct huawei *own = ARENA_NEW(a, struct huawei);
	const json_t *v = push_credential_json(a, json);
	const json_t *api = json_object_get(v, "api");
	const char *field;

	own->api = api ? str_place("v1|v2|v3", json_text(api)) : 1;
	if (!v || !own->api)
		return "api";
	own->project_id = push_credential_text(a, v, "project_id", 64);
	if (json_object_get(v, "project_id") &&
	    (!own->project_id.p || !str_is_alnum_or(own->project_id, "-_")))
		return "project_id";
	own->badge_class = push_credential_text(a, v, "badge_class", 255);
	if (own->api != V3 && (field = read_client(a, v, own)))
		return field;
	if ((own->api == V3 || json_object_get(v, "service_account")) &&
	    (field = read_account(a, v, own)))
		return field;
	own->kept = ARENA_NEW(a, struct kept);
	arena_init(&own->kept->arena);
	arena_defer(a, release, own->kept);
	out->topic = STR("");
	out->own = own;
	return NULL;
}

/* ---- authorization ---- */

static struct str sign(struct arena *a, const struct huawei *own,
    int64_t now_ms)
{
	struct json_writer w;
	struct buf claims;
	struct str jwt;

	buf_init(&claims);
	json_writer_init(&w, &claims);
	json_begin(&w);
	json_put_str(&w, "iss", own->account_id);
	json_put_str(&w, "aud", own->audience);
	json_put_int(&w, "iat", now_ms / 1000);
	json_put_int(&w, "exp", now_ms / 1000 + JWT_S);
	json_end(&w);
	jwt = jwt_sign(a, own->key, own->key_id, buf_view(&claims));
	buf_release(&claims);
	return arena_printf(a, "Bearer %.*s", STR_ARG(jwt));
}

/* Not older than the access token, which is renewed when it is refused. */
static struct str kept_jwt(const struct huawei *own,
    const struct push_auth *auth, int64_t now_ms)
{
	struct kept *k = own->kept;
	int64_t age = now_ms - k->made_ms;

	if (!k->jwt.p || k->made_ms < auth->made_ms || age < 0 ||
	    age > JWT_S * 1000 - JWT_MARGIN_MS) {
		arena_rewind(&k->arena);
		k->jwt = sign(&k->arena, own, now_ms);
		k->made_ms = now_ms;
	}
	return k->jwt;
}

static void add_header(struct push_request *q, const char *name, struct str v)
{
	q->headers[q->n_headers++] = (struct push_header){ name, v };
}

static int make_auth(struct arena *a, const struct push_credential *c,
    const struct push_base *base, int64_t now_ms, struct push_auth *auth_out,
    struct push_request *q)
{
	const struct huawei *own = c->own;
	struct buf form;

	if (own->api == V3) {
		*auth_out = (struct push_auth){
			.value = sign(a, own, now_ms),
			.made_ms = now_ms,
			.expires_ms = now_ms + JWT_S * 1000,
		};
		return 1;
	}
	buf_init(&form);
	push_form_put(&form, "grant_type", STR("client_credentials"));
	push_form_put(&form, "client_id", own->client_id);
	push_form_put(&form, "client_secret", own->client_secret);
	*q = (struct push_request){
		.url = arena_printf(a, "%.*s" PATH_TOKEN, STR_ARG(base->token)),
		.body = arena_str(a, buf_view(&form)),
	};
	crypto_wipe(form.p, form.len);
	buf_release(&form);
	add_header(q, "content-type", PUSH_FORM_TYPE);
	return 0;
}

static bool take_auth(struct arena *a, const struct push_answer *answer,
    int64_t now_ms, struct push_auth *auth_out, struct push_outcome *out)
{
	const json_t *body = push_answer_json(a, answer);
	struct str token = json_get_str(body, "access_token");
	int64_t life_s = json_get_int(body, "expires_in", 0);
	int64_t error = json_get_int(body, "error", 0);

	if (answer->status == 200 && token.len &&
	    str_is_printable(token, false) && life_s > 0 &&
	    life_s <= 24 * 3600) {
		*auth_out = (struct push_auth){
			.value = arena_printf(a, "Bearer %.*s", STR_ARG(token)),
			.made_ms = now_ms,
			.expires_ms = now_ms + life_s * 1000,
		};
		return true;
	}
	*out = (struct push_outcome){
		/* {"error":1101,"sub_error":20001,"error_description":...} */
		.verdict = body && answer->status < 500 &&
				   answer->status != 429 &&
				   answer->status != 408
			       ? PUSH_STOP
			       : PUSH_RETRY,
		.reason = error ? arena_printf(a, "%" PRId64, error)
				: push_reason(a, json_get_str(body, "error")),
		.retry_after_ms = push_retry_after_ms(answer, now_ms),
		.is_alarm = answer->status == 200,
	};
	return false;
}

/* ---- the notice ---- */

static int64_t badge_of(const struct push_notice *n)
{
	return n->badge < BADGE_MAX ? n->badge : BADGE_MAX;
}

static void put_tokens(struct json_writer *w, const struct push_address *to)
{
	json_key(w, "token");
	json_begin_list(w);
	json_str(w, to->token);
	json_end_list(w);
}

static void put_words(struct json_writer *w, struct str title, struct str body)
{
	json_put_str(w, "title", title);
	json_put_str(w, "body", body);
}

/* What to write. */
struct message {
	const struct huawei *own;
	const struct push_address *to;
	const struct push_notice *n;
	struct str data;
	int64_t now_ms;
};

/* Without the two words of badge it would go up by 1. */
static void put_badge_v1(struct json_writer *w, const struct message *m)
{
	if (m->n->badge < 0)
		return;
	json_key(w, "badge");
	json_begin(w);
	json_put_int(w, "set_num", badge_of(m->n));
	json_put_str(w, "class", m->own->badge_class);
	json_end(w);
}

static void put_android(struct json_writer *w, struct arena *a,
    const struct message *m)
{
	const struct push_notice *n = m->n;

	json_key(w, "android");
	json_begin(w);
	json_put_cstr(w, "urgency",
	    n->is_urgent && !n->is_silent ? "HIGH" : "NORMAL");
	json_put_cstr(w, "category", "IM");
	json_put_str(w, "ttl",
	    arena_printf(a, "%" PRId64 "s",
		push_data_ttl_s(n, m->now_ms, 1, TTL_MAX_S)));
	if (!n->is_silent) {
		json_key(w, "notification");
		json_begin(w);
		/* collapse_key is of 100 groups: two conversations might be
		 * one. */
		if (n->collapse.len)
			json_put_str(w, "tag", n->collapse);
		json_key(w, "click_action");
		json_begin(w);
		json_put_int(w, "type", 3); /* starts the app */
		json_end(w);
		put_badge_v1(w, m);
		json_end(w);
	}
	json_end(w);
}

static void write_v1(struct json_writer *w, struct arena *a,
    const struct message *m, struct str title, struct str body)
{
	json_begin(w);
	json_put_bool(w, "validate_only", false);
	json_key(w, "message");
	json_begin(w);
	put_tokens(w, m->to);
	if (!m->n->is_silent) {
		json_key(w, "notification");
		json_begin(w);
		put_words(w, title, body);
		json_end(w);
	}
	json_put_str(w, "data", m->data);
	put_android(w, a, m);
	json_end(w);
	json_end(w);
}

/* A badge alone is a notification without words; other silent ones are messages
 * to the app in the background. */
static bool is_background_v3(const struct push_notice *n)
{
	return n->is_silent && n->badge < 0;
}

static void put_notification_v3(struct json_writer *w, struct arena *a,
    const struct push_notice *n, struct str title, struct str body)
{
	json_key(w, "notification");
	json_begin(w);
	if (!n->is_silent) {
		json_put_cstr(w, "category", "IM");
		put_words(w, title, body);
		json_key(w, "clickAction");
		json_begin(w);
		json_put_int(w, "actionType", 0); /* starts the app */
		json_key(w, "data");
		json_begin(w);
		push_data_members(w, a, n);
		json_end(w);
		json_end(w);
		if (n->collapse.len)
			json_put_int(w, "notifyId", push_data_number(n));
	}
	if (n->badge >= 0) {
		json_key(w, "badge");
		json_begin(w);
		json_put_int(w, "setNum", badge_of(n));
		json_end(w);
	}
	json_end(w);
}

static void write_v3(struct json_writer *w, struct arena *a,
    const struct message *m, struct str title, struct str body)
{
	json_begin(w);
	json_key(w, "payload");
	json_begin(w);
	if (is_background_v3(m->n))
		json_put_str(w, "extraData", m->data);
	else
		put_notification_v3(w, a, m->n, title, body);
	json_end(w);
	json_key(w, "target");
	json_begin(w);
	put_tokens(w, m->to);
	json_end(w);
	json_key(w, "pushOptions");
	json_begin(w);
	json_put_int(w, "ttl", push_data_ttl_s(m->n, m->now_ms, 1, TTL_MAX_S));
	json_end(w);
	json_end(w);
}

static struct str write_message(struct arena *a, const struct message *m,
    bool is_v3, struct str title, struct str body)
{
	struct json_writer w;
	struct str text;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	if (is_v3)
		write_v3(&w, a, m, title, body);
	else
		write_v1(&w, a, m, title, body);
	text = arena_str(a, buf_view(&b));
	buf_release(&b);
	return text;
}

/* STR_NONE: it does not fit. */
static struct str message_of(struct arena *a, const struct message *m,
    bool is_v3)
{
	struct str title = m->n->title, body = m->n->body, text;
	size_t max = PAYLOAD_MAX + m->to->token.len;
	size_t fixed = write_message(a, m, is_v3, STR(""), STR("")).len;

	if (fixed > max ||
	    (!m->n->is_silent && !push_fit(a, max - fixed, &title, &body)))
		return STR_NONE;
	text = write_message(a, m, is_v3, title, body);
	return text.len <= max ? text : STR_NONE;
}

static struct str url_of(struct arena *a, const struct huawei *own,
    const struct push_base *base, bool is_v3)
{
	struct str id = is_v3           ? own->account_project_id
			: own->api == 2 ? own->project_id
					: own->client_id;

	return arena_printf(a, "%.*s/v%d/%.*s/messages:send",
	    STR_ARG(base->send), is_v3 ? V3 : (int)own->api, STR_ARG(id));
}

static bool request(struct arena *a, const struct push_credential *c,
    const struct push_base *base, const struct push_auth *auth,
    const struct push_address *to, const struct push_notice *n, int64_t now_ms,
    struct push_request *q, struct push_outcome *out)
{
	const struct huawei *own = c->own;
	struct message m = { own, to, n, push_data_text(a, n), now_ms };
	bool is_harmony = str_is(to->kind, KIND_V3);
	bool is_v3 = own->api == V3 || (is_harmony && own->key);

	*out = (struct push_outcome){ .verdict = PUSH_GIVE_UP };
	if (!to->token.len || to->token.len > TOKEN_MAX ||
	    !str_is_printable(to->token, false)) {
		out->verdict = PUSH_DROP;
		out->reason = STR("not_a_token");
		return false;
	}
	if (is_harmony && !is_v3) {
		out->reason = STR("no_service_account");
		out->is_alarm = true;
		return false;
	}
	*q = (struct push_request){ .body = message_of(a, &m, is_v3) };
	if (!q->body.p) {
		out->reason = STR("too_large");
		return false;
	}
	q->url = url_of(a, own, base, is_v3);
	add_header(q, "authorization",
	    is_v3 && own->api != V3 ? kept_jwt(own, auth, now_ms)
				    : auth->value);
	add_header(q, "content-type", STR("application/json; charset=UTF-8"));
	if (is_v3)
		add_header(q, "push-type",
		    is_background_v3(n) ? STR("6") : STR("0"));
	return true;
}

const struct push_provider push_huawei = {
	.id = PUSH_HUAWEI,
	.name = "huawei",
	.payload_max = PAYLOAD_MAX,
	.read = read,
	.make_auth = make_auth,
	.take_auth = take_auth,
	.request = request,
	.judge = push_huawei_judge,
};
