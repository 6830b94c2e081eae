#include "client/session_end.h"

#include "base/clock.h"
#include "base/log.h"
#include "client/poll.h"
#include "events/bus.h"
#include "events/deliver.h"
#include "events/event.h"
#include "io/json_writer.h"
#include "proto/server_frame.h"
#include "proto/ws.h"

#define RECENT_MAX 256
#define RECENT_MS  10000
/* Maximum sleep, because the clock may be changed. */
#define LOOK_MAX_MS   (INT64_C(3600) * 1000)
#define LOOK_AGAIN_MS 5000

static const struct end {
	const char *reason;
	int code;
} ends[] = {
	{ "kicked", WS_ENDED },
	{ "logged_out", WS_ENDED },
	{ "replaced", WS_REPLACED },
	{ "expired", WS_UNAUTHENTICATED },
};

/* A ring of the most recent ends. */
static struct recent {
	int64_t session_id;
	int64_t at_ms;
	const struct end *end;
} recent[RECENT_MAX];
static unsigned n_recent;

static uv_timer_t timer;
static int64_t due_at; /* site's clock; 0: the timer is not set */

static const struct end *end_of(const char *reason)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (!strcmp(ends[i].reason, reason))
			return &ends[i];
	}
	return &ends[0];
}

const char *session_end_recent(int64_t session_id)
{
	int64_t now = clock_mono_ms();

	for (unsigned i = 0; i < RECENT_MAX; i++) {
		if (recent[i].session_id == session_id && recent[i].end &&
		    now - recent[i].at_ms < RECENT_MS)
			return recent[i].end->reason;
	}
	return NULL;
}

void session_end_close(struct client *cl, const char *reason)
{
	const struct end *e = end_of(reason);

	if (poll_is(client_conn(cl)))
		poll_session_ended(cl);
	else
		server_frame_bye(client_http(cl), e->reason, e->code, 0);
}

static struct chunk *event(int64_t session_id, const char *reason)
{
	struct json_writer w;

	event_begin(&w, "session");
	json_put_id(&w, "session_id", session_id);
	json_put_cstr(&w, "reason", reason);
	return event_end(&w);
}

void session_end(int64_t user_id, int64_t session_id, const char *reason)
{
	const struct end *e = end_of(reason);
	struct recipient *r = hub_find(user_id);
	struct chunk *chunk;
	bool told = session_end_recent(session_id) != NULL;

	recent[n_recent++ % RECENT_MAX] = (struct recent){ session_id,
		clock_mono_ms(), e };
	if (!r)
		return;
	chunk = event(session_id, e->reason);
	for (struct subscriber *s = r->first; s; s = s->next) {
		if (s->session_id == session_id)
			session_end_close(client_of(&s->http.conn), e->reason);
		else if (!told)
			deliver_ephemeral(s, chunk);
	}
	chunk_unref(&chunk);
}

static void on_frame(const struct bus_frame *f)
{
	static struct arena a;
	const json_t *body = bus_frame_object(&a, f);
	const char *reason = json_string_value(json_object_get(body, "reason"));

	for (size_t i = 0; i < f->n_to && reason; i++)
		session_end(f->to[i].user_id, json_get_id(body, "session_id"),
		    reason);
	arena_rewind(&a);
}

/* ---- expiry ---- */

static int64_t look_now, look_next;

/* Rounded up. */
static uint32_t seconds_of(int64_t ms)
{
	int64_t s = (ms + 999) / 1000;

	return s < UINT32_MAX ? (uint32_t)s : UINT32_MAX;
}

static void look_at(struct conn *c)
{
	struct client *cl = client_of(c);
	int64_t at = cl->expires_s * INT64_C(1000);

	if (!at || !conn_is_open(c))
		return;
	if (at <= look_now) {
		/*
		 * The session may have been extended meanwhile, so ask.  If it
		 * was, check again later, or when the answer says.
		 */
		subscriber_check(client_subscriber(cl));
		at = look_now + LOOK_AGAIN_MS;
		cl->expires_s = seconds_of(at);
	}
	if (!look_next || at < look_next)
		look_next = at;
}

static void on_due(uv_timer_t *t);

static void wait_until(int64_t at, int64_t now)
{
	int64_t ms = at > now ? at - now : 0;

	due_at = at;
	uv_timer_start(&timer, on_due,
	    (uint64_t)(ms < LOOK_MAX_MS ? ms : LOOK_MAX_MS), 0);
}

static void on_due(uv_timer_t *t)
{
	(void)t;
	look_now = clock_site_ms();
	look_next = 0;
	due_at = 0;
	conn_each(look_at);
	if (look_next)
		wait_until(look_next, look_now);
}

void session_end_watch(struct client *cl, int64_t expires_at)
{
	int64_t at;

	cl->expires_s = seconds_of(expires_at);
	at = cl->expires_s * INT64_C(1000);
	if (at && (!due_at || at < due_at))
		wait_until(at, clock_site_ms());
}

void session_end_start(uv_loop_t *loop)
{
	uv_timer_init(loop, &timer);
	bus_on_frame(BUS_SESSION_END, on_frame);
}
