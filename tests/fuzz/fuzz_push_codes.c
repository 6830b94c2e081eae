/*
 * Answers of the providers that are not told by their status: any bytes have an
 * outcome, with a reason that may be stored; a credential is read or its field
 * is named; an endpoint that is allowed has an origin at an allowed host.
 *
 * The first byte chooses provider and what is fed, the second the status.
 */
#include <stdlib.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "push/answer.h"
#include "push/endpoint.h"
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
	struct push_outcome o;

	p->judge(a, answer, &to, NOW, &o);
	check_outcome(&o);
	/* Nothing that is refused counts as accepted. */
	check(o.verdict != PUSH_DONE || answer->status < 500);
}

static void take(struct arena *a, const struct push_provider *p,
    const struct push_answer *answer)
{
	struct push_outcome o = { .verdict = PUSH_GIVE_UP };
	struct push_auth auth;

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

static void endpoint(struct arena *a, struct str url)
{
	struct str origin;

	conf.push.webpush_hosts = "a.example:8443,*.b.example";
	if (push_endpoint_fault(url))
		return;
	origin = push_endpoint_origin(a, url);
	check(str_is(origin, "https://a.example:8443") ||
	      (str_starts(origin, "https://") && origin.len > 18 &&
		  !memcmp(origin.p + origin.len - 10, ".b.example", 10)));
	check(!push_endpoint_fault(origin));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct push_provider *const all[] = { &push_webpush,
		&push_huawei, &push_mipush };
	const struct push_provider *p;
	struct push_answer answer;
	struct arena a;

	if (size < 2)
		return 0;
	crypto_init();
	arena_init(&a);
	p = all[data[0] / 4 % 3];
	answer = (struct push_answer){
		.status = statuses[data[1] %
				   (sizeof(statuses) / sizeof(statuses[0]))],
		.body = { (const char *)data + 2, size - 2 },
	};
	answer.retry_after = answer.body;
	switch (data[0] % 4) {
	case 0:
		judge(&a, p, &answer);
		break;
	case 1:
		take(&a, p, &answer);
		break;
	case 2:
		read(&a, p, answer.body);
		break;
	default:
		endpoint(&a, answer.body);
	}
	arena_release(&a);
	return 0;
}
