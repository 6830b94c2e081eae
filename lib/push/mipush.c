/*
 * mipush: MiPush of Xiaomi (Mi Push server API, pages 1559, 1560 and 1696 of
 * dev.mi.com/xiaomihyperos/documentation).
 *
 * A region has servers of its own; a device belongs to one, which it may name
 * as the kind of its token.
 */
#include <inttypes.h>

#include "io/json.h"
#include "push/answer.h"
#include "push/credential.h"
#include "push/data.h"
#include "push/form.h"

#define PAYLOAD_MAX     4096
#define TOKEN_MAX       2048
#define TITLE_MAX       49 /* UTF-16 units: fewer than 50 */
#define DESCRIPTION_MAX 127
#define DAY_S           INT64_C(86400)
#define TTL_PUBLIC_S    DAY_S
#define TTL_PRIVATE_S   (10 * DAY_S)
#define CHINA_MS        (INT64_C(8) * 3600 * 1000) /* ahead of UTC */
#define MINUTE_MS       INT64_C(60000)
#define AUTH_MS         (INT64_C(365) * DAY_S * 1000)
#define REGIONS         "cn|ru|idmb|fr|sgp"
#define ELLIPSIS        "\xe2\x80\xa6"

static const char *const hosts[] = {
	"https://api.xmpush.xiaomi.com",
	"https://ru-api.xmpush.global.xiaomi.com",
	"https://idmb-api.xmpush.global.xiaomi.com",
	"https://fr-api.xmpush.global.xiaomi.com",
	"https://sgp-api.xmpush.global.xiaomi.com",
};

struct mipush {
	struct str secret;
	struct str channel_id; /* or STR_NONE */
	int64_t region;        /* in REGIONS */
};

/* ---- what it answers ---- */

enum {
	ALARM = 1,
	AFTER = 2,    /* Retry-After counts */
	BAD_LIST = 4, /* data.bad_regids says of whom it is not true */
	NEXT_DAY = 8, /* it is the quota of a day in China */
};

static const struct row {
	int64_t code;
	enum push_verdict verdict;
	unsigned flags;
} rows[] = {
	{ 0, PUSH_DONE, BAD_LIST },
	{ 20301, PUSH_DROP_GATED, 0 }, /* of one token: reason says more */
	/* The service is not well. */
	{ -1, PUSH_RETRY, AFTER },
	{ 1, PUSH_RETRY, AFTER },
	{ 10001, PUSH_RETRY, AFTER },
	{ 10002, PUSH_RETRY, AFTER },
	{ 10003, PUSH_RETRY, AFTER },
	{ 10037, PUSH_RETRY, AFTER },
	{ 20607, PUSH_RETRY, AFTER },
	{ 26003, PUSH_RETRY, AFTER },
	{ 65029, PUSH_RETRY, AFTER },
	{ 65030, PUSH_RETRY, AFTER },
	{ 10027, PUSH_SLOW, AFTER }, /* too often */
	{ 10034, PUSH_SLOW, NEXT_DAY | ALARM },
	{ 200001, PUSH_SLOW, NEXT_DAY | ALARM },
	/* The app, its secret, its package, its channel. */
	{ 10031, PUSH_STOP, ALARM },
	{ 10036, PUSH_STOP, ALARM },
	{ 21301, PUSH_STOP, ALARM },
	{ 21302, PUSH_STOP, ALARM },
	{ 21303, PUSH_STOP, ALARM },
	{ 22000, PUSH_STOP, ALARM },
	{ 22006, PUSH_STOP, ALARM },
	{ 22007, PUSH_STOP, ALARM },
	{ 22022, PUSH_STOP, ALARM },
	{ 26006, PUSH_STOP, ALARM },
	{ 27001, PUSH_STOP, ALARM },
	/* The request. */
	{ 10008, PUSH_GIVE_UP, ALARM },
	{ 10012, PUSH_GIVE_UP, ALARM },
	{ 10016, PUSH_GIVE_UP, ALARM },
	{ 10017, PUSH_GIVE_UP, ALARM },
	{ 21305, PUSH_GIVE_UP, ALARM },
	{ 65009, PUSH_GIVE_UP, ALARM },
	{ 65011, PUSH_GIVE_UP, ALARM },
	{ 65012, PUSH_GIVE_UP, ALARM },
	{ 65013, PUSH_GIVE_UP, ALARM },
	{ 65014, PUSH_GIVE_UP, ALARM },
	{ 65015, PUSH_GIVE_UP, ALARM },
	/* The device is not there, which does not mean that it is gone. */
	{ 10029, PUSH_GIVE_UP, 0 },
	{ 65003, PUSH_GIVE_UP, 0 },
};

static const struct row *row_of(int64_t code)
{
	static const struct row ours = { 0, PUSH_GIVE_UP, ALARM };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].code == code)
			return &rows[i];
	return &ours;
}

/* Until a minute after midnight in China. */
static int64_t next_day_ms(int64_t now_ms)
{
	int64_t day_ms = DAY_S * 1000;
	int64_t left = day_ms - (now_ms + CHINA_MS) % day_ms + MINUTE_MS;

	return left < PUSH_RETRY_AFTER_MAX ? left : PUSH_RETRY_AFTER_MAX;
}

/* Both forms: a number, as documented, and text. */
static bool code_of(const json_t *body, int64_t *code_out)
{
	const json_t *v = json_object_get(body, "code");

	if (json_is_integer(v)) {
		*code_out = json_integer_value(v);
		return true;
	}
	return str_to_int(json_text(v), code_out);
}

static bool is_listed(struct str list, struct str token)
{
	while (list.p && list.len)
		if (str_eq(str_trim(str_cut(&list, ',')), token))
			return true;
	return false;
}

static struct str reason_of(struct arena *a, const json_t *body, int64_t code)
{
	struct str reason = json_get_str(body, "reason");

	if (code == 0)
		return STR("");
	return push_reason(a, arena_printf(a, "%" PRId64 "%s%.*s", code,
				  reason.len ? " " : "", STR_ARG(reason)));
}

static void judge(struct arena *a, const struct push_answer *answer,
    const struct push_address *to, int64_t now_ms, struct push_outcome *out)
{
	const json_t *body = push_answer_json(a, answer);
	const json_t *data = json_object_get(body, "data");
	const struct row *r;
	int64_t code;

	*out = (struct push_outcome){
		.verdict = PUSH_RETRY,
		.retry_after_ms = push_retry_after_ms(answer, now_ms),
		.is_alarm = answer->status < 500,
		.reason = STR("no_code"),
	};
	if (!code_of(body, &code) || answer->status >= 500)
		return;
	r = row_of(code);
	out->verdict = r->verdict;
	out->is_alarm = r->flags & ALARM;
	out->reason = reason_of(a, body, code);
	if (!(r->flags & AFTER))
		out->retry_after_ms = 0;
	if (r->flags & NEXT_DAY)
		out->retry_after_ms = next_day_ms(now_ms);
	if (r->flags & BAD_LIST &&
	    is_listed(json_get_str(data, "bad_regids"), to->token)) {
		out->verdict = PUSH_DROP_GATED;
		out->reason = STR("bad_regids");
	}
}

/* ---- the credential ---- */

static const char *read(struct arena *a, struct str json,
    struct push_credential *out)
{
	struct mipush *own = ARENA_NEW(a, struct mipush);
	const json_t *v = push_credential_json(a, json);
	const json_t *region = json_object_get(v, "region");
	const json_t *channel = json_object_get(v, "channel_id");

	own->secret = push_credential_text(a, v, "app_secret", 255);
	if (!own->secret.p)
		return "app_secret";
	out->topic = push_credential_text(a, v, "package", 255);
	if (!out->topic.p || !str_is_alnum_or(out->topic, "._"))
		return "package";
	own->region = region ? str_place(REGIONS, json_text(region)) : 1;
	if (!own->region)
		return "region";
	own->channel_id = push_credential_text(a, v, "channel_id", 64);
	if (channel && !own->channel_id.p)
		return "channel_id";
	out->own = own;
	return NULL;
}

/* The secret itself. */
static int make_auth(struct arena *a, const struct push_credential *c,
    const struct push_base *base, int64_t now_ms, struct push_auth *auth_out,
    struct push_request *request_out)
{
	const struct mipush *own = c->own;

	(void)base;
	(void)request_out;
	*auth_out = (struct push_auth){
		.value = arena_printf(a, "key=%.*s", STR_ARG(own->secret)),
		.made_ms = now_ms,
		.expires_ms = now_ms + AUTH_MS,
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

/* How many UTF-16 units the character at p takes: it may be two in Java. */
static size_t units_of(char first)
{
	return ((unsigned char)first & 0xf8) == 0xf0 ? 2 : 1;
}

static bool is_inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* To at most max units, the last of them an ellipsis. */
static struct str cut(struct arena *a, struct str s, size_t max)
{
	size_t n = 0, end = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (is_inside(s.p[i]))
			continue;
		if (n <= max - 1)
			end = i;
		n += units_of(s.p[i]);
	}
	if (n <= max)
		return s;
	return arena_printf(a, "%.*s" ELLIPSIS, (int)end, s.p);
}

static bool is_blank(struct str s)
{
	return !str_trim(s).len;
}

/* Neither may be blank; what is missing says what the other does. */
static bool put_words(struct arena *a, struct buf *form,
    const struct push_notice *n)
{
	struct str title = is_blank(n->title) ? n->body : n->title;
	struct str body = is_blank(n->body) ? n->title : n->body;

	if (is_blank(title))
		return false;
	push_form_put(form, "title", cut(a, title, TITLE_MAX));
	push_form_put(form, "description", cut(a, body, DESCRIPTION_MAX));
	return true;
}

/* The documentation wants it encoded, and then the form is. */
static void put_payload(struct buf *form, struct str data)
{
	struct buf once;

	buf_init(&once);
	push_form_escape(&once, data);
	push_form_put(form, "payload", buf_view(&once));
	buf_release(&once);
}

static bool write_form(struct arena *a, struct buf *form,
    const struct push_credential *c, const struct push_address *to,
    const struct push_notice *n, struct str data, int64_t now_ms)
{
	const struct mipush *own = c->own;
	int64_t ttl_s = push_data_ttl_s(n, now_ms, 1,
	    own->channel_id.p ? TTL_PRIVATE_S : TTL_PUBLIC_S);

	push_form_put(form, "registration_id", to->token);
	push_form_put(form, "restricted_package_name",
	    to->topic.len ? to->topic : c->topic);
	push_form_put(form, "pass_through", n->is_silent ? STR("1") : STR("0"));
	if (!n->is_silent && !put_words(a, form, n))
		return false;
	put_payload(form, data);
	push_form_put(form, "time_to_live",
	    arena_printf(a, "%" PRId64, ttl_s * 1000));
	if (n->collapse.len && !n->is_silent)
		push_form_put(form, "notify_id",
		    arena_printf(a, "%" PRId64, push_data_number(n)));
	push_form_put(form, "extra.channel_id", own->channel_id);
	return true;
}

static struct str host_of(const struct mipush *own,
    const struct push_base *base, const struct push_address *to)
{
	int64_t region = to->kind.len ? str_place(REGIONS, to->kind) : 0;

	if (base->send.len)
		return base->send;
	return str_of(hosts[(region ? region : own->region) - 1]);
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
	struct str data = push_data_text(a, n);
	struct buf form;

	*out = (struct push_outcome){ .verdict = PUSH_GIVE_UP };
	/* A comma would make it a list. */
	if (!to->token.len || to->token.len > TOKEN_MAX ||
	    !str_is_printable(to->token, false) ||
	    str_find(to->token, ',') >= 0) {
		out->verdict = PUSH_DROP;
		out->reason = STR("not_a_token");
		return false;
	}
	if (data.len > PAYLOAD_MAX) {
		out->reason = STR("too_large");
		return false;
	}
	*q = (struct push_request){ .n_headers = 0 };
	buf_init(&form);
	if (write_form(a, &form, c, to, n, data, now_ms))
		q->body = arena_str(a, buf_view(&form));
	buf_release(&form);
	if (!q->body.p) {
		out->reason = STR("no_words");
		return false;
	}
	q->url = arena_printf(a, "%.*s/v3/message/regid",
	    STR_ARG(host_of(c->own, base, to)));
	add_header(q, "authorization", auth->value);
	add_header(q, "content-type", PUSH_FORM_TYPE);
	return true;
}

const struct push_provider push_mipush = {
	.id = PUSH_MIPUSH,
	.name = "mipush",
	.payload_max = PAYLOAD_MAX,
	.read = read,
	.make_auth = make_auth,
	.take_auth = take_auth,
	.request = request,
	.judge = judge,
};
