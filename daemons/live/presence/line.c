#include "presence/line.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/conf.h"
#include "io/bus.h"
#include "io/json.h"
#include "presence/watch.h"

#define REFRESH_MS (PRESENCE_TTL_S * INT64_C(1000) / 3)
#define LOOK_MS    3000 /* is the marker there? */
#define MARK_MS    (PRESENCE_TTL_S * INT64_C(1000) / 4)
/* A line younger than this is not put again for one more connection. */
#define FRESH_MS    1000
#define SLICE       100  /* lines put in one turn of the loop */
#define WITHDRAW_MS 2000 /* lines that are left then expire */
#define SLICE_MS    5

static struct cache *cache;
static struct bus *bus;
static struct arena arena;
static size_t n_nodes;

static struct deadline_list refreshes, offlines;

/* Putting all lines again, a slice at a time. */
static uv_timer_t timer;
static uint32_t round_no = 1; /* raised when all lines have to be put */
static bool marked, walking, failed;
static size_t walk_at;
static int64_t marked_ms;

static struct str node(void)
{
	return str_of(conf.live.node);
}

enum presence_state presence_line_state(const struct recipient *u)
{
	enum presence_state best = PRESENCE_OFFLINE;

	for (const struct conn *c = u->first; c; c = c->user_next) {
		if (!c->background)
			return PRESENCE_ONLINE;
		best = PRESENCE_AWAY;
	}
	return best;
}

/* A comma list of the platforms of all connections, each once. */
static void list_platforms(const struct recipient *u, char dst[48])
{
	size_t len = 0;

	dst[0] = '\0';
	for (const struct conn *c = u->first; c; c = c->user_next) {
		size_t n = strlen(c->platform);

		if (!n || strstr(dst, c->platform) || len + n + 2 > 48)
			continue;
		len += (size_t)snprintf(dst + len, 48 - len, "%s%s",
		    len ? "," : "", c->platform);
	}
}

/* ---- telling ---- */

static struct str text_of(const struct recipient *u, int64_t seen_ms)
{
	static struct buf b;
	struct json_writer w;

	buf_clear(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	json_put_id(&w, "user_id", u->user_id);
	json_put_cstr(&w, "state", presence_name(u->announced));
	if (seen_ms)
		json_put_int(&w, "last_seen_at", seen_ms);
	json_end_members(&w);
	return buf_view(&b);
}

/* The state over all nodes, as far as memcached tells. */
static enum presence_state overall(const struct recipient *u)
{
	struct presence p = { .user_id = u->user_id };

	if (n_nodes < 2 || !cache_is_up(cache))
		return u->state;
	presence_get(cache, &arena, &p, 1, NULL);
	return p.state > u->state ? p.state : u->state;
}

static void announce(struct recipient *u)
{
	enum presence_state now = overall(u);
	int64_t seen_ms = 0;
	struct bus_to to = { u->user_id, 0 };

	if (now == u->announced)
		return;
	u->announced = now;
	if (now == PRESENCE_OFFLINE && u->shows_last_seen)
		seen_ms = clock_now_ms();
	watch_notify(u->user_id, now, seen_ms);
	if (n_nodes > 1)
		bus_broadcast(bus, &(struct bus_frame){ BUS_PRESENCE, &to, 1,
				       text_of(u, seen_ms) });
}

/* ---- lines ---- */

static void put_line(struct recipient *u)
{
	u->put_ms = clock_mono_ms();
	if (presence_set(cache, &arena, u->user_id, node(), u->state,
		str_of(u->platforms)))
		u->round_no = round_no;
	else
		failed = true;
	deadline_set(&refreshes, &u->refresh);
}

void presence_line_changed(struct recipient *u)
{
	enum presence_state state = presence_line_state(u);
	char platforms[sizeof(u->platforms)];

	if (state == PRESENCE_OFFLINE) {
		deadline_set(&offlines, &u->offline);
		return;
	}
	deadline_clear(&u->offline);
	list_platforms(u, platforms);
	/* memcached may have forgotten one that has been there for long. */
	if (state == u->state && u->round_no == round_no &&
	    !strcmp(platforms, u->platforms) &&
	    clock_mono_ms() - u->put_ms < FRESH_MS)
		return;
	u->state = state;
	memcpy(u->platforms, platforms, sizeof(platforms));
	put_line(u);
	announce(u);
	arena_rewind(&arena);
}

static void on_refresh(struct deadline *d)
{
	put_line(CONTAINER_OF(d, struct recipient, refresh));
	arena_rewind(&arena);
}

static void on_offline(struct deadline *d)
{
	struct recipient *u = CONTAINER_OF(d, struct recipient, offline);

	u->state = PRESENCE_OFFLINE;
	presence_set(cache, &arena, u->user_id, node(), PRESENCE_OFFLINE,
	    STR(""));
	announce(u);
	arena_rewind(&arena);
	hub_forget(u);
}

static int64_t withdraw_until_ms;

static void withdraw(struct recipient *u)
{
	deadline_clear(&u->refresh);
	deadline_clear(&u->offline);
	if (cache_is_up(cache) && clock_mono_ms() < withdraw_until_ms)
		presence_set(cache, &arena, u->user_id, node(),
		    PRESENCE_OFFLINE, STR(""));
	arena_rewind(&arena);
}

void presence_line_withdraw(void)
{
	size_t at = 0;

	withdraw_until_ms = clock_mono_ms() + WITHDRAW_MS;
	hub_walk(&at, SIZE_MAX, withdraw);
}

/* ---- the marker ---- */

static void mark(void)
{
	if (!presence_mark(cache, node())) {
		marked = false;
		return;
	}
	marked = true;
	marked_ms = clock_mono_ms();
}

static void put_again(struct recipient *u)
{
	if (u->round_no == round_no || !u->n_conns)
		return;
	put_line(u);
	arena_rewind(&arena);
}

static bool all_in;

static void check_line(struct recipient *u)
{
	if (u->n_conns && u->round_no != round_no)
		all_in = false;
}

/*
 * The walk is over.  Slots move while users come and go, so one may have
 * been passed over: only a look at all of them says that they are in.
 */
static void end_walk(void)
{
	size_t at = 0;

	walking = false;
	all_in = !failed;
	hub_walk(&at, SIZE_MAX, check_line);
	if (all_in)
		mark();
	if (marked)
		log_info("presence", "marked=%d users=%zu", marked,
		    hub_user_count());
}

static void begin_walk(void)
{
	marked = false;
	walking = true;
	failed = false;
	walk_at = 0;
	/* Lines that were stored before may have been lost with the marker. */
	round_no++;
}

static void look(void)
{
	if (!cache_is_up(cache))
		return;
	if (marked && !presence_is_marked(cache, &arena, node()))
		marked = false;
	arena_rewind(&arena);
	/* One line that could not be stored makes the marker a lie. */
	if (!marked || failed)
		begin_walk();
	else if (clock_mono_ms() - marked_ms >= MARK_MS)
		mark();
}

static void on_timer(uv_timer_t *t)
{
	if (!walking)
		look();
	if (walking && cache_is_up(cache) &&
	    !hub_walk(&walk_at, SLICE, put_again))
		end_walk();
	uv_timer_start(t, on_timer, walking ? SLICE_MS : LOOK_MS, 0);
}

void presence_line_start(uv_loop_t *loop, struct cache *c)
{
	struct bus_node nodes[BUS_NODES_MAX];

	cache = c;
	bus = bus_new(cache);
	bus_leave_out(bus, node());
	n_nodes = bus_nodes(nodes);
	arena_init(&arena);
	deadline_list_init(&refreshes, loop, REFRESH_MS, on_refresh);
	deadline_list_init(&offlines, loop, conf.live.offline_s * 1000,
	    on_offline);
	uv_timer_init(loop, &timer);
	uv_timer_start(&timer, on_timer, 0, 0);
}
