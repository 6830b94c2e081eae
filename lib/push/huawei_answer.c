#include "push/huawei_answer.h"

#include <inttypes.h>

#include "io/json.h"
#include "push/answer.h"

enum {
	ALARM = 1,
	TOKENS = 2, /* msg says which tokens, and of v3 why */
	AFTER = 4,  /* Retry-After counts */
};

#define NO_CODE  "" /* JSON without one that is known */
#define NOT_JSON NULL

static const struct row {
	int status;       /* 0: any */
	const char *code; /* NULL: the body is not JSON */
	enum push_verdict verdict;
	unsigned flags;
} rows[] = {
	{ 0, "80000000", PUSH_DONE, 0 },
	{ 0, "80100000", PUSH_DROP_GATED, TOKENS }, /* some tokens */
	{ 0, "80300007", PUSH_DROP_GATED, TOKENS }, /* all tokens */
	/* What the message is made of. */
	{ 0, "80100001", PUSH_GIVE_UP, ALARM },
	{ 0, "80100003", PUSH_GIVE_UP, ALARM },
	{ 0, "80100004", PUSH_GIVE_UP, ALARM },
	{ 0, "80100013", PUSH_GIVE_UP, ALARM },
	{ 0, "80100018", PUSH_GIVE_UP, ALARM },
	{ 0, "80100022", PUSH_GIVE_UP, ALARM },
	{ 0, "80300010", PUSH_GIVE_UP, ALARM },
	{ 0, "80300013", PUSH_GIVE_UP, ALARM },
	{ 0, "80100016", PUSH_SHORTEN, 0 }, /* sensitive words */
	{ 0, "80300008", PUSH_SHORTEN, 0 }, /* too long */
	/* Flow control. */
	{ 0, "80100017", PUSH_SLOW, AFTER },
	{ 0, "80300029", PUSH_SLOW, AFTER },
	/* The token has expired, or is not (any more) a good one. */
	{ 0, "80200003", PUSH_RENEW, 0 }, { 0, "80200005", PUSH_RENEW, 0 },
	{ 0, "80200001", PUSH_RENEW, 0 }, { 0, "80200006", PUSH_RENEW, 0 },
	{ 0, "80300002", PUSH_RENEW, 0 }, /* no right to send to the token */
	{ 0, "80300011", PUSH_RENEW, 0 }, { 0, "80300037", PUSH_RENEW, 0 },
	{ 0, "80600003", PUSH_RENEW, 0 },
	{ 0, "80300036", PUSH_STOP, ALARM }, /* a JWT that lives too long */
	{ 0, "81000001", PUSH_RETRY, AFTER }, { 401, NO_CODE, PUSH_RENEW, 0 },
	{ 401, NOT_JSON, PUSH_RENEW, 0 }, { 404, NO_CODE, PUSH_RENEW, 0 },
	{ 404, NOT_JSON, PUSH_RENEW, 0 }, { 500, NO_CODE, PUSH_RETRY, AFTER },
	{ 500, NOT_JSON, PUSH_RETRY, AFTER },
	{ 502, NO_CODE, PUSH_RETRY, AFTER },
	{ 502, NOT_JSON, PUSH_RETRY, AFTER },
	{ 503, NO_CODE, PUSH_SLOW, AFTER }, { 503, NOT_JSON, PUSH_SLOW, AFTER },
	{ 200, NOT_JSON, PUSH_RETRY, ALARM }, /* of no Push Kit */
};

/* Why v3 refuses a token; the first whose word starts the reason. */
static const struct why {
	const char *word;
	enum push_verdict verdict;
	unsigned flags;
} whys[] = {
	{ "tokenFormatError", PUSH_DROP, 0 },
	{ "tokenPlatformNotSupport", PUSH_DROP, 0 },
	{ "noRightToSend", PUSH_STOP, ALARM },
	/* Another project's, or the phone has moved to HarmonyOS 5. */
	{ "noRight", PUSH_DROP_GATED, 0 },
	{ "noPushTypeRight", PUSH_STOP, ALARM },
	{ "appinfoError", PUSH_STOP, ALARM },
	{ "disableSend", PUSH_STOP, ALARM }, /* ...BecauseOfPenalty */
	{ "countryNotSupport", PUSH_STOP, ALARM },
	{ "atomicUnable", PUSH_GIVE_UP, ALARM },
	{ "differentImgVerifyPolicy", PUSH_GIVE_UP, ALARM },
	{ "notSupportPlayVoice", PUSH_GIVE_UP, ALARM },
};

static const struct row *row_of(int status, struct str code, bool is_json)
{
	static const struct row trouble = { 0, NO_CODE, PUSH_RETRY, AFTER },
				ours = { 0, NO_CODE, PUSH_GIVE_UP, ALARM };
	const struct row *fallback = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];

		if (!r->status && str_is(code, r->code))
			return r;
		if (r->status && r->status == status && is_json == !!r->code)
			fallback = r;
	}
	if (fallback)
		return fallback;
	return status >= 500 ? &trouble : &ours;
}

/* Both forms of a code: text, as documented, and a number. */
static struct str code_of(struct arena *a, const json_t *body)
{
	const json_t *v = json_object_get(body, "code");

	if (json_is_integer(v))
		return arena_printf(a, "%" PRId64,
		    (int64_t)json_integer_value(v));
	return json_text(v);
}

static bool has_token(const json_t *list, struct str token)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		if (str_eq(json_text(v), token))
			return true;
	}
	return false;
}

/* The reason of v3 that lists the token, or else the first there is. */
static struct str v3_reason(const json_t *tokens, struct str token)
{
	struct str first = STR_NONE;
	const char *reason;
	json_t *list;

	json_object_foreach((json_t *)tokens, reason, list)
	{
		if (has_token(list, token))
			return str_of(reason);
		if (!first.p)
			first = str_of(reason);
	}
	return first;
}

static void judge_v3(struct arena *a, struct str reason,
    struct push_outcome *out)
{
	/* Unknown: of the token, as far as anybody can tell. */
	out->verdict = PUSH_DROP_GATED;
	out->reason = push_reason(a, reason);
	for (size_t i = 0; i < sizeof(whys) / sizeof(whys[0]); i++) {
		if (!str_starts(reason, whys[i].word))
			continue;
		out->verdict = whys[i].verdict;
		out->is_alarm = whys[i].flags & ALARM;
		return;
	}
}

/* The text of msg is JSON where it speaks of tokens. */
static void judge_tokens(struct arena *a, struct str code, const json_t *body,
    const struct push_address *to, struct push_outcome *out)
{
	const json_t *msg = push_answer_json(a,
	    &(struct push_answer){ .body = json_get_str(body, "msg") });
	const json_t *list = json_object_get(msg, "illegal_tokens");
	struct str reason = v3_reason(json_object_get(msg, "illegalTokens"),
	    to->token);

	if (reason.p)
		judge_v3(a, reason, out);
	else if (str_is(code, "80100000") && json_is_array(list) &&
		 !has_token(list, to->token))
		out->verdict = PUSH_DONE; /* others are illegal */
}

void push_huawei_judge(struct arena *a, const struct push_answer *answer,
    const struct push_address *to, int64_t now_ms, struct push_outcome *out)
{
	const json_t *body = push_answer_json(a, answer);
	struct str code = code_of(a, body);
	const struct row *r = row_of(answer->status, code, body);

	*out = (struct push_outcome){
		.verdict = r->verdict,
		.reason = push_reason(a, code),
		.is_alarm = r->flags & ALARM,
	};
	if (r->flags & TOKENS)
		judge_tokens(a, code, body, to, out);
	if (r->flags & AFTER)
		out->retry_after_ms = push_retry_after_ms(answer, now_ms);
}
