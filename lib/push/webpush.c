/*
 * webpush: the push services of browsers (RFC 8030, 8291, 8292).
 *
 * Every device names its own service.  One that a client has made up, or that
 * another key has subscribed to, is refused like a wrong credential, so that
 * only words that speak of the JWT stop the credential.
 */
#include "push/webpush.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "base/crypto_sign.h"
#include "io/json.h"
#include "io/jwt_sign.h"
#include "push/answer.h"
#include "push/credential.h"
#include "push/data.h"
#include "push/ece.h"
#include "push/endpoint.h"
#include "push/fit.h"

/*
 * RFC 8030 section 7.2 has services take 4096 bytes, but Mozilla's counts 4028
 * characters of base64, which are 3021 bytes.
 */
#define BODY_MAX    3021
#define PAYLOAD_MAX (BODY_MAX - PUSH_ECE_HEADER_LEN - PUSH_ECE_OVERHEAD)
/* A service sees sizes in such steps. */
#define PAD_STEP      128
#define TTL_MAX_S     (30 * 24 * 3600) /* Mozilla takes no more */
#define TOPIC_MAX     32
#define SUBJECT_MAX   255
#define JWT_MS        (INT64_C(12) * 3600 * 1000) /* 24 hours are the most */
#define JWT_MARGIN_MS (INT64_C(3600) * 1000)
#define JWTS          8

/* A JWT is for one origin, and signing takes longer than all the rest. */
struct kept {
	struct arena arena;
	struct str origin, jwt;
	int64_t made_ms;
};

struct webpush {
	const struct crypto_signer *key;
	struct str subject;
	struct str public_key;
	struct kept *jwts;
};

/* ---- what it answers ---- */

enum {
	ALARM = 1,
	AFTER = 2, /* Retry-After counts */
};

static const struct row {
	int status;       /* 0: any of 400, 401 and 403 */
	const char *word; /* somewhere in the body; NULL: any */
	enum push_verdict verdict;
	unsigned flags;
} rows[] = {
	{ 404, NULL, PUSH_DROP, 0 },
	{ 410, NULL, PUSH_DROP, 0 },
	/* The subscription is of another key. */
	{ 0, "VAPID public key mismatch", PUSH_DROP_GATED, 0 }, /* Mozilla */
	{ 0, "do not correspond to the credentials", PUSH_DROP_GATED, 0 },
	{ 0, "does not correspond to the sender ID", PUSH_DROP_GATED, 0 },
	{ 0, "MismatchSenderId", PUSH_DROP_GATED, 0 },
	{ 0, "VapidPkHashMismatch", PUSH_DROP_GATED, 0 }, /* Apple */
	/* The JWT is refused. */
	{ 0, "BadJwtToken", PUSH_RENEW, ALARM },
	{ 0, "ExpiredJwtToken", PUSH_RENEW, ALARM },
	{ 0, "invalid JWT", PUSH_RENEW, ALARM }, /* Google */
	{ 0, "UnauthorizedRegistration", PUSH_RENEW, ALARM },
	{ 0, "\"errno\":109", PUSH_RENEW, ALARM }, /* Mozilla */
	{ 0, "VAPID", PUSH_RENEW, ALARM },
	{ 400, NULL, PUSH_GIVE_UP, ALARM },
	{ 401, NULL, PUSH_DROP_GATED, 0 },
	{ 403, NULL, PUSH_DROP_GATED, 0 },
	{ 413, NULL, PUSH_SHORTEN, 0 },
	/* Of the service or of the one subscription; the others go on. */
	{ 429, NULL, PUSH_RETRY, AFTER },
	{ 503, NULL, PUSH_RETRY, AFTER },
};

static bool has_word(struct str body, const char *word)
{
	return memmem(body.p ? body.p : "", body.len, word, strlen(word));
}

static bool is_of(const struct row *r, const struct push_answer *answer)
{
	int status = answer->status;

	if (r->status ? r->status != status
		      : status != 400 && status != 401 && status != 403)
		return false;
	return !r->word || has_word(answer->body, r->word);
}

static const struct row *row_of(const struct push_answer *answer)
{
	static const struct row done = { 0, NULL, PUSH_DONE, 0 },
				trouble = { 0, NULL, PUSH_RETRY, AFTER },
				ours = { 0, NULL, PUSH_GIVE_UP, ALARM };

	if (answer->status / 100 == 2)
		return &done;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (is_of(&rows[i], answer))
			return &rows[i];
	return answer->status >= 500 ? &trouble : &ours;
}

/* Apple says {"reason"}, Mozilla {"message"}, Google a line of text. */
static struct str reason_of(struct arena *a, const struct push_answer *answer)
{
	const json_t *body = push_answer_json(a, answer);
	struct str text = answer->body;
	struct str reason = json_get_str(body, "reason");

	if (!reason.len)
		reason = json_get_str(body, "message");
	if (body || reason.len)
		return push_reason(a, reason);
	return push_reason(a, str_trim(str_cut(&text, '\n')));
}

static void judge(struct arena *a, const struct push_answer *answer,
    const struct push_address *to, int64_t now_ms, struct push_outcome *out)
{
	const struct row *r = row_of(answer);

	(void)to;
	*out = (struct push_outcome){
		.verdict = r->verdict,
		.reason = r->verdict == PUSH_DONE ? STR("")
						  : reason_of(a, answer),
		.is_alarm = r->flags & ALARM,
	};
	if (r->flags & AFTER)
		out->retry_after_ms = push_retry_after_ms(answer, now_ms);
}

/* ---- the credential ---- */

static struct str public_of(struct arena *a, const struct crypto_signer *key)
{
	uint8_t point[CRYPTO_POINT_LEN];

	crypto_signer_point(key, point);
	return crypto_base64url(a, point, sizeof(point));
}

static const struct crypto_signer *key_of(struct arena *a, struct str text)
{
	struct str scalar = crypto_base64url_decode(a, text);
	struct crypto_signer *key = NULL;

	if (scalar.p) {
		if (crypto_signer_read_scalar(a, scalar, &key))
			key = NULL;
		crypto_wipe((char *)scalar.p, scalar.len);
	}
	return key;
}

bool push_webpush_key_of(struct arena *a, struct str private_key,
    struct push_webpush_key *out)
{
	const struct crypto_signer *key = key_of(a, private_key);

	if (!key)
		return false;
	out->private_key = private_key;
	out->public_key = public_of(a, key);
	return true;
}

void push_webpush_key_new(struct arena *a, struct push_webpush_key *out)
{
	uint8_t scalar[CRYPTO_SCALAR_LEN];

	crypto_signer_make_scalar(scalar);
	BUG_ON(!push_webpush_key_of(a,
	    crypto_base64url(a, scalar, sizeof(scalar)), out));
	crypto_wipe(scalar, sizeof(scalar));
}

/* RFC 8292 section 2.1: a mailto or https URI; Apple refuses others. */
static bool is_subject(struct str s)
{
	struct str address = s, name;

	if (str_is_https_url(s))
		return true;
	if (!str_starts(s, "mailto:"))
		return false;
	address.p += 7;
	address.len -= 7;
	name = str_cut(&address, '@');
	return name.len && address.len && str_is_alnum_or(address, ".-");
}

static void release(void *arg)
{
	struct kept *jwts = arg;

	for (size_t i = 0; i < JWTS; i++)
		arena_release(&jwts[i].arena);
}

static const char *read(struct arena *a, struct str json,
    struct push_credential *out)
{
	struct webpush *own = ARENA_NEW(a, struct webpush);
	const json_t *v = push_credential_json(a, json);
	struct str private_key = json_get_str(v, "private_key");

	own->subject = push_credential_text(a, v, "subject", SUBJECT_MAX);
	if (!is_subject(own->subject))
		return "subject";
	own->key = key_of(a, private_key);
	/* The object is ours, and goes with the arena. */
	if (private_key.p)
		crypto_wipe((char *)private_key.p, private_key.len);
	if (!own->key)
		return "private_key";
	own->public_key = public_of(a, own->key);
	own->jwts = ARENA_ARRAY(a, JWTS, struct kept);
	for (size_t i = 0; i < JWTS; i++)
		arena_init(&own->jwts[i].arena);
	arena_defer(a, release, own->jwts);
	out->topic = STR("");
	out->own = own;
	return NULL;
}

/* What all origins have in common; JWTs older than it are not used. */
static int make_auth(struct arena *a, const struct push_credential *c,
    const struct push_base *base, int64_t now_ms, struct push_auth *auth_out,
    struct push_request *request_out)
{
	const struct webpush *own = c->own;

	(void)base;
	(void)request_out;
	*auth_out = (struct push_auth){
		.value = arena_printf(a, "k=%.*s", STR_ARG(own->public_key)),
		.made_ms = now_ms,
		.expires_ms = now_ms + JWT_MS,
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

static struct str sign(struct arena *a, const struct webpush *own,
    struct str origin, int64_t now_ms)
{
	struct json_writer w;
	struct buf claims;
	struct str jwt;

	buf_init(&claims);
	json_writer_init(&w, &claims);
	json_begin(&w);
	json_put_str(&w, "aud", origin);
	json_put_int(&w, "exp", (now_ms + JWT_MS) / 1000);
	json_put_str(&w, "sub", own->subject);
	json_end(&w);
	jwt = jwt_sign(a, own->key, STR_NONE, buf_view(&claims));
	buf_release(&claims);
	return jwt;
}

/* The JWT of the origin, or a new one in place of the oldest. */
static struct str jwt_for(const struct webpush *own, struct str origin,
    const struct push_auth *auth, int64_t now_ms)
{
	struct kept *oldest = own->jwts;

	for (struct kept *k = own->jwts; k < own->jwts + JWTS; k++) {
		if (str_eq(k->origin, origin)) {
			oldest = k;
			break;
		}
		if (k->made_ms < oldest->made_ms)
			oldest = k;
	}
	if (!str_eq(oldest->origin, origin) ||
	    oldest->made_ms < auth->made_ms || oldest->made_ms > now_ms ||
	    now_ms > oldest->made_ms + JWT_MS - JWT_MARGIN_MS) {
		arena_rewind(&oldest->arena);
		oldest->origin = arena_str(&oldest->arena, origin);
		oldest->jwt = sign(&oldest->arena, own, origin, now_ms);
		oldest->made_ms = now_ms;
	}
	return oldest->jwt;
}

/* ---- the notice ---- */

static struct str write_payload(struct arena *a, const struct push_notice *n,
    struct str title, struct str body)
{
	struct str data = n->data, text;
	struct json_writer w;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	if (data.len > 2)
		json_members(&w, (struct str){ data.p + 1, data.len - 2 });
	if (n->collapse.len)
		json_put_str(&w, "tag", n->collapse);
	if (n->badge >= 0)
		json_put_int(&w, "badge", n->badge);
	if (n->is_silent) {
		json_put_bool(&w, "silent", true);
	} else {
		json_put_str(&w, "title", title);
		json_put_str(&w, "body", body);
	}
	json_end(&w);
	text = arena_str(a, buf_view(&b));
	buf_release(&b);
	return text;
}

/* STR_NONE: it does not fit. */
static struct str payload_of(struct arena *a, const struct push_notice *n)
{
	struct str title = n->title, body = n->body;
	size_t fixed = write_payload(a, n, STR(""), STR("")).len;

	if (fixed > PAYLOAD_MAX ||
	    (!n->is_silent && !push_fit(a, PAYLOAD_MAX - fixed, &title, &body)))
		return STR_NONE;
	return write_payload(a, n, title, body);
}

static struct str seal(struct arena *a, const struct push_ece_to *to,
    struct str payload)
{
	size_t pad = (PAD_STEP - payload.len % PAD_STEP) % PAD_STEP;

	if (pad > PAYLOAD_MAX - payload.len)
		pad = PAYLOAD_MAX - payload.len;
	return push_ece_seal(a, to, payload, pad);
}

static void add_header(struct push_request *q, const char *name, struct str v)
{
	q->headers[q->n_headers++] = (struct push_header){ name, v };
}

static void add_headers(struct arena *a, const struct push_notice *n,
    int64_t now_ms, struct push_request *q)
{
	add_header(q, "content-type", STR("application/octet-stream"));
	add_header(q, "content-encoding", STR("aes128gcm"));
	add_header(q, "ttl",
	    arena_printf(a, "%" PRId64,
		push_data_ttl_s(n, now_ms, 0, TTL_MAX_S)));
	add_header(q, "urgency",
	    n->is_silent   ? STR("low")
	    : n->is_urgent ? STR("high")
			   : STR("normal"));
	if (n->collapse.len && n->collapse.len <= TOPIC_MAX &&
	    str_is_alnum_or(n->collapse, "-_"))
		add_header(q, "topic", n->collapse);
}

static bool request(struct arena *a, const struct push_credential *c,
    const struct push_base *base, const struct push_auth *auth,
    const struct push_address *to, const struct push_notice *n, int64_t now_ms,
    struct push_request *q, struct push_outcome *out)
{
	const struct webpush *own = c->own;
	struct str payload, jwt;
	struct push_ece_to keys;

	(void)base;
	*out = (struct push_outcome){ .verdict = PUSH_GIVE_UP };
	if (push_endpoint_fault(to->token)) {
		/* The configuration may be wrong. */
		out->reason = STR("endpoint_not_allowed");
		out->is_alarm = true;
		return false;
	}
	payload = payload_of(a, n);
	if (!payload.p) {
		out->reason = STR("too_large");
		return false;
	}
	*q = (struct push_request){ .url = to->token };
	if (push_ece_read(a, to->p256dh, to->auth, &keys))
		q->body = seal(a, &keys, payload);
	if (!q->body.p) {
		out->verdict = PUSH_DROP;
		out->reason = STR("not_a_key");
		return false;
	}
	jwt = jwt_for(own, push_endpoint_origin(a, to->token), auth, now_ms);
	add_header(q, "authorization",
	    arena_printf(a, "vapid t=%.*s, %.*s", STR_ARG(jwt),
		STR_ARG(auth->value)));
	add_headers(a, n, now_ms, q);
	return true;
}

const struct push_provider push_webpush = {
	.id = PUSH_WEBPUSH,
	.name = "webpush",
	.payload_max = PAYLOAD_MAX,
	.auth_age_min_ms = 0,
	.read = read,
	.make_auth = make_auth,
	.take_auth = take_auth,
	.request = request,
	.judge = judge,
};
