/*
 * What a push provider may answer: any bytes have an outcome, with a reason
 * that may be stored; what fits into a payload is a beginning of what was
 * given; a credential is read or its field is named.
 *
 * The first byte chooses what is fed, the second the status.
 */
#include <stdlib.h>

#include "base/crypto.h"
#include "push/answer.h"
#include "push/fit.h"
#include "push/provider.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW INT64_C(1700000000000)

static const int statuses[] = { 200, 201, 302, 400, 401, 403, 404, 405, 410,
	413, 429, 500, 502, 503, 504 };

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void check_outcome(const struct push_outcome *o)
{
	check(o->reason.len <= PUSH_REASON_MAX);
	check(!o->reason.len || str_is_printable(o->reason, true));
	check(o->retry_after_ms >= 0 &&
	      o->retry_after_ms <= PUSH_RETRY_AFTER_MAX);
	check(o->verdict <= PUSH_UNKNOWN);
}

static void judge(struct arena *a, const struct push_provider *p,
    const struct push_answer *answer)
{
	const struct push_address to = { .token = STR("00") };
	struct push_auth auth = { .value = STR_NONE };
	struct push_outcome o = { .verdict = PUSH_GIVE_UP };

	p->judge(a, answer, &to, NOW, &o);
	check_outcome(&o);
	/* Huawei and MiPush say in the body what became of it. */
	check(p->id == PUSH_HUAWEI || p->id == PUSH_MIPUSH ||
	      answer->status != 200 || o.verdict == PUSH_DONE);
	o = (struct push_outcome){ .verdict = PUSH_GIVE_UP };
	if (!p->take_auth(a, answer, NOW, &auth, &o))
		check_outcome(&o);
	else
		check(auth.value.len && auth.expires_ms > NOW &&
		      str_is_printable(auth.value, true));
}

static void read(struct arena *a, const struct push_provider *p,
    struct str text)
{
	struct push_credential c = { .own = NULL };
	const char *field = p->read(a, text, &c);

	check(field ? *field != '\0' : c.own != NULL);
}

static void fit(struct arena *a, struct str text)
{
	struct str body = text, title = str_cut(&body, '\n'), b = body,
		   t = title;
	size_t room = text.len / 2;

	if (!str_is_utf8(text) || !body.p)
		return;
	push_fit(a, room, &t, &b);
	check(push_json_len(t) + push_json_len(b) <= room);
	check(str_is_utf8(t) && str_is_utf8(b));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct push_provider *p;
	struct arena a;
	struct push_answer answer;
	struct str text;

	if (size < 2)
		return 0;
	crypto_init();
	arena_init(&a);
	text = (struct str){ (const char *)data + 2, size - 2 };
	answer = (struct push_answer){
		.status = statuses[data[1] %
				   (sizeof(statuses) / sizeof(statuses[0]))],
		.body = text,
		.retry_after = text,
	};
	p = push_provider(
	    (enum push_provider_id)(data[0] / 3 % PUSH_PROVIDER_MAX + 1));
	if (data[0] % 3 == 0)
		fit(&a, text);
	else if (p && data[0] % 3 == 1)
		judge(&a, p, &answer);
	else if (p)
		read(&a, p, text);
	arena_release(&a);
	return 0;
}
