#include "io/bus.h"
#include "io/json_writer.h"
#include "presence/watch.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "events/deliver.h"
#include "events/bus.h"
#include "events/event.h"
#include "events/hub.h"
#include "gateway/fcgi_client.h"
#include "http/status.h"
#include "io/json.h"
#include "net/idmap.h"
#include "presence/line.h"
#include "presence/store.h"
#include "proto/server_frame.h"

#define CHECK_MAX      200 /* ids per request to the user service */
#define SWEEP_MS       2000
#define SWEEP_ROUND_MS 60000
#define RUSH_MS        5    /* between slices after the death of a node */
#define LOOK_MS        1500 /* at lives: longer than from beat to beat */

/* A watched user, and the watches. */
struct target {
	int64_t user_id;
	enum presence_state state; /* as last announced */
	struct watch *first;
};

struct watch {
	struct target *target;
	struct presence_conn *by;
	struct watch *target_prev, *target_next;
	struct watch *conn_next;
};

static struct idmap targets;
static struct arena arena;
static size_t n_nodes;
static uv_timer_t sweeper, looker;
static void (*on_answered)(struct presence_conn *p);
static size_t sweep_at;
static bool rushing;

/* ---- notifications ---- */

static struct chunk *event(int64_t user_id, enum presence_state state,
    int64_t seen_ms)
{
	struct json_writer w;

	event_begin(&w, "presence");
	json_put_id(&w, "user_id", user_id);
	json_put_cstr(&w, "state", presence_name(state));
	if (seen_ms)
		json_put_int(&w, "last_seen_at", seen_ms);
	return event_end(&w);
}

static void notify(int64_t user_id, enum presence_state state, int64_t seen_ms)
{
	struct target *t = idmap_find(&targets, user_id);
	struct chunk *chunk;

	if (!t || t->state == state)
		return;
	t->state = state;
	chunk = event(user_id, state, seen_ms);
	for (struct watch *w = t->first; w; w = w->target_next)
		deliver_ephemeral(&w->by->subscriber, chunk);
	chunk_unref(&chunk);
}

/* ---- subscriptions ---- */

static struct target *target_of(int64_t user_id, enum presence_state state)
{
	struct target *t = idmap_find(&targets, user_id);

	if (t)
		return t;
	t = calloc(1, sizeof(*t));
	if (!t)
		die(EX_OSERR, "out of memory");
	t->user_id = user_id;
	t->state = state;
	idmap_add(&targets, user_id, t);
	return t;
}

static void watch_free(struct watch *w)
{
	struct target *t = w->target;

	if (w->target_prev)
		w->target_prev->target_next = w->target_next;
	else
		t->first = w->target_next;
	if (w->target_next)
		w->target_next->target_prev = w->target_prev;
	w->by->n_watches--;
	free(w);
	if (t->first)
		return;
	idmap_remove(&targets, t->user_id);
	free(t);
}

void watch_unsubscribe(struct presence_conn *p, const int64_t *users, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct watch **at = &p->watches, *w;

		while (*at && (*at)->target->user_id != users[i])
			at = &(*at)->conn_next;
		if (!(w = *at))
			continue;
		*at = w->conn_next;
		watch_free(w);
	}
}

static bool is_watching(const struct presence_conn *p, const struct target *t)
{
	for (const struct watch *w = p->watches; w; w = w->conn_next)
		if (w->target == t)
			return true;
	return false;
}

static void add(struct presence_conn *p, struct target *t)
{
	struct watch *w;

	if (is_watching(p, t))
		return;
	w = calloc(1, sizeof(*w));
	if (!w)
		die(EX_OSERR, "out of memory");
	w->target = t;
	w->by = p;
	w->conn_next = p->watches;
	p->watches = w;
	p->n_watches++;
	w->target_next = t->first;
	if (t->first)
		t->first->target_prev = w;
	t->first = w;
}

/* The states of n users, looked up in memcached. */
struct look_up {
	struct store_job job;
	bool found; /* false: memcached is unavailable */
	size_t n;
	struct presence users[CHECK_MAX];
};

static void look_up_work(struct store_job *j, struct cache *cache,
    struct arena *a)
{
	struct look_up *l = CONTAINER_OF(j, struct look_up, job);

	l->found = presence_get(cache, a, l->users, l->n);
}

/* On any node, this one included. */
static enum presence_state state_of(const struct presence *p)
{
	enum presence_state here = presence_line_here(p->user_id);

	return here > p->state ? here : p->state;
}

/* Without memcached: what was known of them last, or of this node. */
static enum presence_state last_known(const struct presence *p)
{
	const struct target *t = idmap_find(&targets, p->user_id);

	return t ? t->state : state_of(p);
}

/* ---- the start of a subscription ---- */

struct beginning {
	struct look_up look_up;
	uint64_t conn_id;
};

static void begin_watching(struct presence_conn *p, const struct look_up *l)
{
	for (size_t i = 0; i < l->n && p->n_watches < WATCH_MAX; i++) {
		int64_t id = l->users[i].user_id;
		enum presence_state now = l->found ? state_of(&l->users[i])
						   : last_known(&l->users[i]);
		struct target *t = target_of(id, now);
		struct chunk *chunk = event(id, now, 0);

		/* Other watchers may not have this state yet. */
		if (t->state != now)
			notify(id, now, 0);
		add(p, t);
		deliver_ephemeral(&p->subscriber, chunk);
		chunk_unref(&chunk);
	}
}

/* One of the requests of a subscription has been dealt with. */
static void checked(struct subscriber *s)
{
	if (!--presence_conn_of(s)->n_checks && conn_is_open(&s->http.conn))
		on_answered(presence_conn_of(s));
}

static void beginning_done(struct store_job *j)
{
	struct beginning *b = CONTAINER_OF(j, struct beginning, look_up.job);
	struct subscriber *s = subscriber_find(b->conn_id);

	if (s) {
		begin_watching(presence_conn_of(s), &b->look_up);
		checked(s);
	}
	free(b);
}

static void begin(const struct subscriber *s, const json_t *items)
{
	struct beginning *b = calloc(1, sizeof(*b));
	const json_t *item;
	size_t i;

	if (!b)
		die(EX_OSERR, "out of memory");
	b->conn_id = s->http.conn.id;
	json_array_foreach(items, i, item)
	{
		int64_t id = json_get_id(item, "user_id");

		if (id && b->look_up.n < CHECK_MAX)
			b->look_up.users[b->look_up.n++].user_id = id;
	}
	b->look_up.job.work = look_up_work;
	b->look_up.job.done = beginning_done;
	store_put(&b->look_up.job);
}

static void on_users(void *ctx, const struct cgi_answer *answer)
{
	struct subscriber *s = subscriber_found(ctx);
	struct error err;
	json_t *v;

	if (!s)
		return;
	if (answer->status == HTTP_OK &&
	    json_parse(&arena, answer->body, false, &v, &err) == 0) {
		begin(s, json_object_get(v, "items"));
	} else {
		err_set(&err, ERR_BUSY,
		    "presence cannot be watched now: subscribe again");
		server_frame_error(&s->http, &err, STR_NONE);
		checked(s);
	}
	arena_rewind(&arena);
}

static void check(const struct subscriber *s, const int64_t *ids, size_t n)
{
	static struct buf uri;

	buf_clear(&uri);
	buf_cstr(&uri, "/internal/live/watch?ids=");
	for (size_t i = 0; i < n; i++)
		buf_printf(&uri, "%s%" PRId64, i ? "," : "", ids[i]);
	subscriber_call(s, &(struct fcgi_call){ .service = SERVICE_USER,
			       .method = "GET",
			       .uri = buf_view(&uri),
			       .internal = true,
			       .done = on_users });
}

int watch_too_many(struct error *err)
{
	return err_field(err, ERR_INVALID_ARGUMENT, "subscribe.presence",
	    "a connection watches at most %d users", WATCH_MAX);
}

int watch_subscribe(struct presence_conn *p, const int64_t *users, size_t n,
    struct error *err)
{
	if (p->n_watches + n > WATCH_MAX)
		return watch_too_many(err);
	for (size_t i = 0; i < n; i += CHECK_MAX, p->n_checks++)
		check(&p->subscriber, users + i,
		    n - i < CHECK_MAX ? n - i : CHECK_MAX);
	return 0;
}

void watch_on_answered(void (*hook)(struct presence_conn *p))
{
	on_answered = hook;
}

/* ---- blocks ---- */

/* To those who watched, the other one goes offline. */
static void stop_watching(struct presence_conn *p, int64_t user_id)
{
	struct target *t = idmap_find(&targets, user_id);
	struct chunk *chunk;

	if (!t || !is_watching(p, t))
		return;
	watch_unsubscribe(p, &user_id, 1);
	chunk = event(user_id, PRESENCE_OFFLINE, 0);
	deliver_ephemeral(&p->subscriber, chunk);
	chunk_unref(&chunk);
}

static void on_unwatch(const struct bus_frame *f)
{
	int64_t user_id = json_get_id(bus_frame_object(&arena, f), "user_id");

	for (size_t i = 0; i < f->n_to && user_id; i++) {
		const struct recipient *r = hub_find(f->to[i].user_id);

		for (struct subscriber *s = r ? r->first : NULL; s; s = s->next)
			stop_watching(presence_conn_of(s), user_id);
	}
	arena_rewind(&arena);
}

/* ---- sweeping ---- */

static void on_sweep(uv_timer_t *t);

static struct look_up sweeping;

/* When to look up the next ones. */
static void sweep_on(void)
{
	if (sweep_at < targets.cap) {
		uv_timer_start(&sweeper, on_sweep, rushing ? RUSH_MS : SWEEP_MS,
		    0);
		return;
	}
	sweep_at = 0;
	rushing = false;
	uv_timer_start(&sweeper, on_sweep, SWEEP_ROUND_MS, 0);
}

static void sweep_done(struct store_job *j)
{
	(void)j;
	for (size_t i = 0; sweeping.found && i < sweeping.n; i++)
		notify(sweeping.users[i].user_id, state_of(&sweeping.users[i]),
		    0);
	sweep_on();
}

/* Looks up some watched users again, as frames get lost and nodes die. */
static void on_sweep(uv_timer_t *t)
{
	size_t n = 0;

	(void)t;
	/* Goes on when that has been looked up. */
	if (sweeping.job.busy)
		return;
	for (; sweep_at < targets.cap && n < CHECK_MAX; sweep_at++) {
		const struct target *target = targets.slots[sweep_at].p;

		if (target)
			sweeping.users[n++].user_id = target->user_id;
	}
	sweeping.n = n;
	if (n)
		store_put(&sweeping.job);
	else
		sweep_on();
}

static struct {
	struct store_job job;
	bool found;
	int64_t lives[BUS_NODES_MAX];
} looking;

static void look_work(struct store_job *j, struct cache *cache, struct arena *a)
{
	(void)j;
	looking.found = cache_is_up(cache) &&
			presence_lives(cache, a, looking.lives) == 0;
}

/*
 * Whether a node has died since the last look.  After a flush of memcached no
 * life is there until the next beats, so one missing counts only when the
 * second look misses it, too.
 */
static bool someone_died(const int64_t *lives)
{
	static int64_t known[BUS_NODES_MAX];
	static bool missing[BUS_NODES_MAX];
	bool died = false;

	for (size_t i = 0; i < n_nodes; i++) {
		bool twice = !lives[i] && missing[i];

		missing[i] = !lives[i];
		if (lives[i] == known[i] || (!lives[i] && !twice))
			continue;
		died |= known[i] != 0;
		known[i] = lives[i];
	}
	return died;
}

static void look_done(struct store_job *j)
{
	(void)j;
	if (!looking.found || !someone_died(looking.lives))
		return;
	rushing = true;
	sweep_at = 0;
	uv_timer_start(&sweeper, on_sweep, 0, 0);
}

static void on_look(uv_timer_t *t)
{
	(void)t;
	if (!looking.job.busy)
		store_put(&looking.job);
}

static void on_conn_close(struct conn *c)
{
	struct presence_conn *p = presence_conn_of(subscriber_of(c));
	struct watch *w;

	while ((w = p->watches)) {
		p->watches = w->conn_next;
		watch_free(w);
	}
}

void watch_start(uv_loop_t *loop)
{
	struct bus_node nodes[BUS_NODES_MAX];

	arena_init(&arena);
	sweeping.job.work = look_up_work;
	sweeping.job.done = sweep_done;
	looking.job.work = look_work;
	looking.job.done = look_done;
	n_nodes = bus_nodes(nodes);
	conn_on_close(on_conn_close);
	presence_line_on_change(notify);
	bus_on_frame(BUS_UNWATCH, on_unwatch);
	uv_timer_init(loop, &sweeper);
	uv_timer_init(loop, &looker);
	if (n_nodes < 2)
		return;
	uv_timer_start(&sweeper, on_sweep, SWEEP_ROUND_MS, 0);
	uv_timer_start(&looker, on_look, LOOK_MS, LOOK_MS);
}
