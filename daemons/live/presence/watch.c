#include "io/bus.h"
#include "io/json_writer.h"
#include "presence/watch.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "events/deliver.h"
#include "events/event.h"
#include "gateway/fcgi_client.h"
#include "http/status.h"
#include "io/json.h"
#include "net/idmap.h"
#include "presence/line.h"
#include "proto/server_frame.h"

#define CHECK_MAX      200 /* ids per request to the user service */
#define SWEEP_MS       2000
#define SWEEP_ROUND_MS 60000
#define SWEEP_MAX      200
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
static struct cache *cache;
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

/* The states of n users: from memcached and from this node. */
static struct presence *states(struct arena *a, const int64_t *ids, size_t n)
{
	struct presence *p = ARENA_ARRAY(a, n, struct presence);

	for (size_t i = 0; i < n; i++)
		p[i].user_id = ids[i];
	presence_get(cache, a, p, n);
	for (size_t i = 0; i < n; i++) {
		enum presence_state here = presence_line_here(ids[i]);

		if (here > p[i].state)
			p[i].state = here;
	}
	return p;
}

static void begin_watching(struct presence_conn *p, const int64_t *ids,
    size_t n)
{
	struct presence *now = states(&arena, ids, n);

	for (size_t i = 0; i < n && p->n_watches < WATCH_MAX; i++) {
		struct target *t = target_of(ids[i], now[i].state);
		struct chunk *chunk = event(ids[i], now[i].state, 0);

		/* Other watchers may not have this state yet. */
		if (t->state != now[i].state)
			notify(ids[i], now[i].state, 0);
		add(p, t);
		deliver_ephemeral(&p->subscriber, chunk);
		chunk_unref(&chunk);
	}
}

static void take_users(struct subscriber *s, const struct cgi_answer *answer)
{
	const json_t *items, *item;
	struct error err;
	int64_t *ids;
	size_t i, n = 0;
	json_t *v;

	if (answer->status == HTTP_OK &&
	    json_parse(&arena, answer->body, false, &v, &err) == 0) {
		items = json_object_get(v, "items");
		ids = ARENA_ARRAY(&arena, json_array_size(items), int64_t);
		json_array_foreach(items, i, item)
		{
			ids[n] = json_get_id(item, "user_id");
			n += ids[n] != 0;
		}
		begin_watching(presence_conn_of(s), ids, n);
	} else {
		err_set(&err, ERR_BUSY,
		    "presence cannot be watched now: subscribe again");
		server_frame_error(&s->http, &err, STR_NONE);
	}
	arena_rewind(&arena);
}

static void on_users(void *ctx, const struct cgi_answer *answer)
{
	struct subscriber *s = subscriber_found(ctx);

	if (!s)
		return;
	take_users(s, answer);
	if (!--presence_conn_of(s)->n_checks && conn_is_open(&s->http.conn))
		on_answered(presence_conn_of(s));
}

static void check(const struct subscriber *s, const int64_t *ids, size_t n)
{
	static struct buf uri;

	buf_clear(&uri);
	buf_cstr(&uri, "/v1/users?ids=");
	for (size_t i = 0; i < n; i++)
		buf_printf(&uri, "%s%" PRId64, i ? "," : "", ids[i]);
	subscriber_call(s, &(struct fcgi_call){ .service = SERVICE_USER,
			       .method = "GET",
			       .uri = buf_view(&uri),
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

/* ---- sweeping ---- */

/* Looks up some watched users again, as frames get lost and nodes die. */
static void on_sweep(uv_timer_t *t)
{
	int64_t ids[SWEEP_MAX];
	struct presence *p;
	size_t n = 0;

	for (; sweep_at < targets.cap && n < SWEEP_MAX; sweep_at++) {
		const struct target *target = targets.slots[sweep_at].p;

		if (target)
			ids[n++] = target->user_id;
	}
	if (n && cache_is_up(cache)) {
		p = states(&arena, ids, n);
		for (size_t i = 0; i < n; i++)
			notify(ids[i], p[i].state, 0);
		arena_rewind(&arena);
	}
	if (sweep_at < targets.cap) {
		uv_timer_start(t, on_sweep, rushing ? RUSH_MS : SWEEP_MS, 0);
	} else {
		sweep_at = 0;
		rushing = false;
		uv_timer_start(t, on_sweep, SWEEP_ROUND_MS, 0);
	}
}

/*
 * Whether a node has died since the last look.  After a flush of memcached no
 * life is there until the next beats, so one missing counts only when the
 * second look misses it, too.
 */
static bool someone_died(void)
{
	static int64_t known[BUS_NODES_MAX];
	static bool missing[BUS_NODES_MAX];
	int64_t lives[BUS_NODES_MAX];
	bool died = false;

	if (!cache_is_up(cache) || presence_lives(cache, &arena, lives) < 0)
		return false;
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

static void on_look(uv_timer_t *t)
{
	(void)t;
	if (someone_died()) {
		rushing = true;
		sweep_at = 0;
		uv_timer_start(&sweeper, on_sweep, 0, 0);
	}
	arena_rewind(&arena);
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

void watch_start(uv_loop_t *loop, struct cache *c)
{
	struct bus_node nodes[BUS_NODES_MAX];

	cache = c;
	arena_init(&arena);
	n_nodes = bus_nodes(nodes);
	conn_on_close(on_conn_close);
	presence_line_on_change(notify);
	uv_timer_init(loop, &sweeper);
	uv_timer_init(loop, &looker);
	if (n_nodes < 2)
		return;
	uv_timer_start(&sweeper, on_sweep, SWEEP_ROUND_MS, 0);
	uv_timer_start(&looker, on_look, LOOK_MS, LOOK_MS);
}
