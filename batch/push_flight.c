#include "push_flight.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"

struct flight *flight_new(struct push_way *way, const struct subject *s,
    const struct push_load *l)
{
	struct flight *f = calloc(1, sizeof(*f));
	struct arena *a;

	if (!f)
		die(EX_OSERR, "out of memory");
	a = &f->arena;
	arena_init(a);
	f->way = way;
	f->withdraws = l->withdraws;
	f->job = s->job;
	f->job.device_id = arena_str(a, s->job.device_id);
	f->reg = s->reg;
	f->reg.device_id = f->job.device_id;
	f->reg.token_hash = STR_NONE;
	f->reg.token = arena_str(a, s->reg.token);
	f->reg.token_kind = arena_str(a, s->reg.token_kind);
	f->reg.topic = arena_str(a, s->reg.topic);
	f->reg.p256dh = arena_str(a, s->reg.p256dh);
	f->reg.auth = arena_str(a, s->reg.auth);
	f->reg.locale = arena_str(a, s->reg.locale);
	f->reg.reason = STR("");
	f->notice = l->notice;
	f->notice.id = arena_str(a, l->notice.id);
	f->notice.collapse = arena_str(a, l->notice.collapse);
	f->notice.title = arena_str(a, l->notice.title);
	f->notice.body = arena_str(a, l->notice.body);
	f->notice.data = arena_str(a, l->notice.data);
	return f;
}

void flight_free(struct flight *f)
{
	arena_release(&f->arena);
	free(f);
}

void flight_submit(struct flight *f)
{
	const struct push_address to = {
		.token = f->reg.token,
		.kind = f->reg.token_kind,
		.topic = f->reg.topic,
		.is_sandbox = f->reg.is_sandbox,
		.p256dh = f->reg.p256dh,
		.auth = f->reg.auth,
	};

	push_submit(f->way->line, &to, &f->notice, f);
}

void flight_land(struct flight *f, const struct push_result *r)
{
	f->outcome = r->outcome;
	f->outcome.reason = arena_str(&f->arena, r->outcome.reason);
	f->landed_ms = clock_site_ms();
	f->took_ms = r->took_ms;
}
