#include "io/json_writer.h"
#include "presence/line.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "events/bus.h"
#include "io/json.h"
#include "presence/presence_conn.h"

#define REFRESH_MS (PRESENCE_TTL_S * INT64_C(1000) / 3)
#define LOOK_MS    3000 /* between checks of the marker */
#define MARK_MS    (PRESENCE_TTL_S * INT64_C(1000) / 4)
#define BEAT_MS    1000 /* so soon back after a flush of memcached */
/* A line younger than this is not stored again for another connection. */
#define FRESH_MS    1000
#define SLICE       100  /* lines stored per turn of the loop */
#define WITHDRAW_MS 2000 /* lines that are left then expire */
#define SLICE_MS    5

static struct cache *cache;
static struct bus *bus;
static struct arena arena;
static size_t n_nodes;
static presence_hook *on_change;

static struct deadline_list refreshes, offlines;

/* Stores all lines again, SLICE at a time. */
static uv_timer_t timer;
static uint32_t round_no = 1; /* raised when all lines have to be stored
			       * again */
static bool marked, walking, failed;
static size_t walk_at;
static int64_t marked_ms;

static struct presence_node self;
static uv_timer_t beat_timer;

static struct presence_line *line_of(struct recipient *r)
{
	return CONTAINER_OF(r, struct presence_line, recipient);
}

enum presence_state presence_line_here(int64_t user_id)
{
	struct recipient *r = hub_find(user_id);

	return r ? line_of(r)->state : PRESENCE_OFFLINE;
}

void presence_line_show_last_seen(struct recipient *r, bool shows)
{
	line_of(r)->shows_last_seen = shows;
}

/* The best state of the user's connections. */
static enum presence_state best_state(const struct presence_line *l)
{
	enum presence_state best = PRESENCE_OFFLINE;

	for (struct subscriber *s = l->recipient.first; s; s = s->next) {
		if (!presence_conn_of(s)->background)
			return PRESENCE_ONLINE;
		best = PRESENCE_AWAY;
	}
	return best;
}

/* A comma list of the platforms of all connections, each once. */
static void list_platforms(const struct presence_line *l, char dst[48])
{
	size_t len = 0;

	dst[0] = '\0';
	for (struct subscriber *s = l->recipient.first; s; s = s->next) {
		const char *platform = presence_conn_of(s)->platform;
		size_t n = strlen(platform);

		if (!n || strstr(dst, platform) || len + n + 2 > 48)
			continue;
		len += (size_t)snprintf(dst + len, 48 - len, "%s%s",
		    len ? "," : "", platform);
	}
}

/* ---- notifications ---- */

static struct str text_of(const struct presence_line *l, int64_t seen_ms)
{
	static struct buf b;
	struct json_writer w;

	buf_clear(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	json_put_id(&w, "user_id", l->recipient.user_id);
	json_put_cstr(&w, "state", presence_name(l->announced));
	if (seen_ms)
		json_put_int(&w, "last_seen_at", seen_ms);
	json_end_members(&w);
	return buf_view(&b);
}

/* The state over all nodes, according to memcached. */
static enum presence_state overall(const struct presence_line *l)
{
	struct presence p = { .user_id = l->recipient.user_id };

	if (n_nodes < 2 || !cache_is_up(cache))
		return l->state;
	presence_get(cache, &arena, &p, 1);
	return p.state > l->state ? p.state : l->state;
}

static void announce(struct presence_line *l)
{
	enum presence_state now = overall(l);
	int64_t seen_ms = 0;
	struct bus_to to = { l->recipient.user_id, 0 };

	if (now == l->announced)
		return;
	l->announced = now;
	if (now == PRESENCE_OFFLINE && l->shows_last_seen)
		seen_ms = clock_now_ms();
	on_change(l->recipient.user_id, now, seen_ms);
	if (n_nodes > 1)
		bus_broadcast(bus, &(struct bus_frame){ BUS_PRESENCE, &to, 1,
				       text_of(l, seen_ms) });
}

/* ---- lines ---- */

static void put_line(struct presence_line *l)
{
	l->put_ms = clock_mono_ms();
	if (presence_set(cache, &arena, l->recipient.user_id, &self, l->state,
		str_of(l->platforms)))
		l->round_no = round_no;
	else
		failed = true;
	deadline_set(&refreshes, &l->refresh);
}

void presence_line_changed(struct recipient *r)
{
	struct presence_line *l = line_of(r);
	enum presence_state state = best_state(l);
	char platforms[sizeof(l->platforms)];

	if (state == PRESENCE_OFFLINE) {
		deadline_set(&offlines, &l->offline);
		return;
	}
	deadline_clear(&l->offline);
	list_platforms(l, platforms);
	/* An older line may have been evicted from memcached. */
	if (state == l->state && l->round_no == round_no &&
	    !strcmp(platforms, l->platforms) &&
	    clock_mono_ms() - l->put_ms < FRESH_MS)
		return;
	l->state = state;
	memcpy(l->platforms, platforms, sizeof(platforms));
	put_line(l);
	announce(l);
	arena_rewind(&arena);
}

static void on_refresh(struct deadline *d)
{
	put_line(CONTAINER_OF(d, struct presence_line, refresh));
	arena_rewind(&arena);
}

static void on_offline(struct deadline *d)
{
	struct presence_line *l = CONTAINER_OF(d, struct presence_line,
	    offline);

	l->state = PRESENCE_OFFLINE;
	presence_set(cache, &arena, l->recipient.user_id, &self,
	    PRESENCE_OFFLINE, STR(""));
	announce(l);
	arena_rewind(&arena);
	deadline_clear(&l->refresh);
	hub_forget(&l->recipient);
}

static int64_t withdraw_until_ms;

static void withdraw(struct recipient *r)
{
	struct presence_line *l = line_of(r);

	deadline_clear(&l->refresh);
	deadline_clear(&l->offline);
	if (cache_is_up(cache) && clock_mono_ms() < withdraw_until_ms)
		presence_set(cache, &arena, l->recipient.user_id, &self,
		    PRESENCE_OFFLINE, STR(""));
	arena_rewind(&arena);
}

void presence_line_withdraw(void)
{
	size_t at = 0;

	withdraw_until_ms = clock_mono_ms() + WITHDRAW_MS;
	hub_walk(&at, SIZE_MAX, withdraw);
}

/* ---- changes on other nodes ---- */

static void on_frame(const struct bus_frame *f)
{
	const json_t *body = bus_frame_object(&arena, f);
	int64_t user_id = json_get_id(body, "user_id");
	struct str name = json_get_str(body, "state");
	struct recipient *r = hub_find(user_id);

	for (int s = PRESENCE_OFFLINE; s <= PRESENCE_ONLINE; s++) {
		if (!str_is(name, presence_name(s)))
			continue;
		if (r)
			line_of(r)->announced = s;
		on_change(user_id, s, json_get_int(body, "last_seen_at", 0));
	}
	arena_rewind(&arena);
}

/* ---- the marker ---- */

static void mark(void)
{
	if (!presence_mark(cache, self.name)) {
		marked = false;
		return;
	}
	marked = true;
	marked_ms = clock_mono_ms();
}

static void put_again(struct recipient *r)
{
	struct presence_line *l = line_of(r);

	if (l->round_no == round_no || !l->recipient.n_conns)
		return;
	put_line(l);
	arena_rewind(&arena);
}

static bool all_in;

static void check_line(struct recipient *r)
{
	struct presence_line *l = line_of(r);

	if (l->recipient.n_conns && l->round_no != round_no)
		all_in = false;
}

/*
 * The walk has ended.  Users that come and go move slots, so it may have missed
 * one: check all lines before setting the marker.
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
		    hub_recipient_count());
}

static void begin_walk(void)
{
	marked = false;
	walking = true;
	failed = false;
	walk_at = 0;
	/* Lines stored earlier may have been lost with the marker. */
	round_no++;
}

static void look(void)
{
	if (!cache_is_up(cache))
		return;
	if (marked && !presence_is_marked(cache, &arena, self.name))
		marked = false;
	arena_rewind(&arena);
	/* The marker would be wrong if a line could not be stored. */
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

/* ---- the beat ---- */

static void on_beat(uv_timer_t *t)
{
	(void)t;
	/* 2.5 heartbeats, rounded up */
	presence_beat(cache, &self, (int)(conf.live.heartbeat_s * 5 + 1) / 2);
}

void presence_line_on_change(presence_hook *hook)
{
	on_change = hook;
}

void presence_line_start(uv_loop_t *loop, struct cache *c)
{
	struct bus_node nodes[BUS_NODES_MAX];

	cache = c;
	self = (struct presence_node){ str_of(conf.live.node), clock_now_ms() };
	bus = bus_new(cache);
	bus_leave_out(bus, self.name);
	n_nodes = bus_nodes(nodes);
	arena_init(&arena);
	hub_on_change(presence_line_changed);
	bus_on_frame(BUS_PRESENCE, on_frame);
	deadline_list_init(&refreshes, loop, REFRESH_MS, on_refresh);
	deadline_list_init(&offlines, loop, conf.live.offline_s * 1000,
	    on_offline);
	uv_timer_init(loop, &timer);
	uv_timer_start(&timer, on_timer, 0, 0);
	uv_timer_init(loop, &beat_timer);
	uv_timer_start(&beat_timer, on_beat, BEAT_MS, BEAT_MS);
	/* Before the first connection: those of a former life are gone. */
	on_beat(&beat_timer);
}
