#include "io/json_writer.h"
#include "presence/line.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/log.h"
#include "events/bus.h"
#include "io/json.h"
#include "presence/beat.h"
#include "presence/peers.h"

#define REFRESH_MS (PRESENCE_TTL_S * INT64_C(1000) / 3)
#define LOOK_MS    3000 /* between checks of the marker */
#define MARK_MS    (PRESENCE_TTL_S * INT64_C(1000) / 4)
/* A line younger than this is not stored again for another connection. */
#define FRESH_MS    1000
#define SLICE       100  /* lines stored per turn of the loop */
#define WITHDRAW_MS 2000 /* lines that are left then expire */
#define SLICE_MS    5

static size_t n_nodes;
static void (*on_stored)(struct presence_conn *p);
static presence_hook *on_change;

static struct deadline_list refreshes, offlines;

/* Stores all lines again, SLICE at a time. */
static uv_timer_t timer;
static uint32_t round_no = 1; /* raised when all lines have to be stored
			       * again */
static bool marked, walking, failed;
static size_t walk_at;
static int64_t marked_ms;

static struct presence_node self; /* does not change */

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
		if (!s->background)
			return PRESENCE_ONLINE;
		best = PRESENCE_AWAY;
	}
	return best;
}

/* The platform of a session is one of a few words. */
#define PLATFORMS_MAX    16
#define PLATFORM_LEN_MAX 8

static char platform_names[PLATFORMS_MAX][PLATFORM_LEN_MAX]; /* from 1 on */

uint8_t presence_line_platform(struct str name)
{
	if (!name.len || name.len >= PLATFORM_LEN_MAX)
		return 0;
	for (uint8_t i = 1; i < PLATFORMS_MAX; i++) {
		if (!platform_names[i][0])
			memcpy(platform_names[i], name.p, name.len);
		if (str_is(name, platform_names[i]))
			return i;
	}
	return 0;
}

/* A comma list of the platforms of all connections, each once. */
static void list_platforms(const struct presence_line *l, char dst[48])
{
	size_t len = 0;

	dst[0] = '\0';
	for (struct subscriber *s = l->recipient.first; s; s = s->next) {
		const char *platform =
		    platform_names[presence_conn_of(s)->platform];
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

/* anywhere: the state over all nodes, according to memcached. */
static void announce(struct presence_line *l, enum presence_state anywhere)
{
	enum presence_state now = anywhere > l->state ? anywhere : l->state;
	int64_t seen_ms = 0;
	struct bus_to to = { l->recipient.user_id, 0 };

	if (now == l->announced)
		return;
	l->announced = now;
	if (now == PRESENCE_OFFLINE && l->shows_last_seen)
		seen_ms = clock_site_ms();
	on_change(l->recipient.user_id, now, seen_ms);
	peers_broadcast(&(struct bus_frame){ .type = BUS_PRESENCE,
	    .to = &to,
	    .n_to = 1,
	    .body = text_of(l, seen_ms) });
}

/* ---- lines ---- */

/* A store, with what it stores; the rest is its result. */
struct line_job {
	struct store_job job;
	struct presence_line *line;
	int64_t user_id;
	enum presence_state state;
	char platforms[48];
	uint32_t round_no, no;
	bool changed, stored;
	enum presence_state anywhere; /* the best on any node */
};

static void put_work(struct store_job *j, struct cache *cache, struct arena *a)
{
	struct line_job *put = CONTAINER_OF(j, struct line_job, job);
	struct presence p = { .user_id = put->user_id };

	put->stored = presence_set(cache, a, p.user_id, &self, put->state,
	    str_of(put->platforms));
	if (put->changed && put->stored && n_nodes > 1 &&
	    presence_get(cache, a, &p, 1))
		put->anywhere = p.state;
}

static void put_line(struct presence_line *l);

/* Those of the user's connections that waited for this store. */
static void tell_stored(const struct presence_line *l)
{
	struct subscriber *next;

	for (struct subscriber *s = l->recipient.first; s; s = next) {
		struct presence_conn *p = presence_conn_of(s);

		next = s->next;
		if (!p->awaits ||
		    (int8_t)((uint8_t)l->stored_no - p->awaits_no) < 0)
			continue;
		p->awaits = false;
		on_stored(p);
	}
}

static void put_done(struct store_job *j)
{
	struct line_job *put = CONTAINER_OF(j, struct line_job, job);
	struct presence_line *l = put->line;

	l->put = NULL;
	l->stored_no = put->no;
	if (put->stored)
		l->round_no = put->round_no;
	else if (put->state != PRESENCE_OFFLINE)
		failed = true;
	if (put->changed)
		announce(l, put->anywhere);
	free(put);
	tell_stored(l);
	if (l->asked_no != l->stored_no)
		put_line(l);
	else if (l->state != PRESENCE_OFFLINE)
		deadline_set(&refreshes, &l->refresh);
	else
		hub_forget(&l->recipient);
}

/* If a store is under way, another one follows it. */
static void begin_put(struct presence_line *l)
{
	struct line_job *put;

	if (l->put)
		return;
	put = l->put = calloc(1, sizeof(*put));
	if (!put)
		die(EX_OSERR, "out of memory");
	put->job.work = put_work;
	put->job.done = put_done;
	put->line = l;
	put->user_id = l->recipient.user_id;
	put->state = l->state;
	memcpy(put->platforms, l->platforms, sizeof(put->platforms));
	put->round_no = round_no;
	put->no = l->asked_no;
	put->changed = l->changed;
	l->changed = false;
	store_put(&put->job);
}

static void put_line(struct presence_line *l)
{
	l->put_ms = clock_mono_ms();
	deadline_clear(&l->refresh);
	begin_put(l);
}

static void ask_put(struct presence_line *l)
{
	l->asked_no++;
	put_line(l);
}

bool presence_line_await(struct presence_conn *p)
{
	const struct presence_line *l = line_of(p->subscriber.recipient);

	if (l->asked_no == l->stored_no)
		return true;
	p->awaits = true;
	p->awaits_no = (uint8_t)l->asked_no;
	return false;
}

void presence_line_on_stored(void (*hook)(struct presence_conn *p))
{
	on_stored = hook;
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
	l->changed = true;
	ask_put(l);
}

static void on_refresh(struct deadline *d)
{
	ask_put(CONTAINER_OF(d, struct presence_line, refresh));
}

static void on_offline(struct deadline *d)
{
	struct presence_line *l = CONTAINER_OF(d, struct presence_line,
	    offline);

	/* The recipient is forgotten when that is stored. */
	l->state = PRESENCE_OFFLINE;
	l->platforms[0] = '\0';
	l->changed = true;
	ask_put(l);
}

static int64_t withdraw_until_ms;
static struct cache *withdraw_from;
static struct arena arena; /* of the loop */

static void withdraw(struct recipient *r)
{
	struct presence_line *l = line_of(r);

	deadline_clear(&l->refresh);
	deadline_clear(&l->offline);
	if (cache_is_up(withdraw_from) && clock_mono_ms() < withdraw_until_ms)
		presence_set(withdraw_from, &arena, l->recipient.user_id, &self,
		    PRESENCE_OFFLINE, STR(""));
	arena_rewind(&arena);
}

void presence_line_withdraw(struct cache *cache)
{
	size_t at = 0;

	withdraw_from = cache;
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

static struct {
	struct store_job job;
	bool is_set;
} setting, looking;

static void mark_work(struct store_job *j, struct cache *cache, struct arena *a)
{
	(void)j;
	(void)a;
	setting.is_set = presence_mark(cache, self.name);
}

static void mark_done(struct store_job *j)
{
	bool was = marked;

	(void)j;
	/* Meanwhile all lines may have to be stored again. */
	marked = setting.is_set && !walking;
	if (!marked)
		return;
	marked_ms = clock_mono_ms();
	if (!was)
		log_info("presence", "marked=1 users=%zu",
		    hub_recipient_count());
}

static void mark(void)
{
	if (!setting.job.busy)
		store_put(&setting.job);
}

static void put_again(struct recipient *r)
{
	struct presence_line *l = line_of(r);

	if (l->round_no == round_no || !l->recipient.n_conns)
		return;
	ask_put(l);
}

static bool all_in, all_done;

static void check_line(struct recipient *r)
{
	struct presence_line *l = line_of(r);

	if (l->recipient.n_conns && l->round_no != round_no)
		all_in = false;
	if (l->put)
		all_done = false;
}

/*
 * All lines have been asked for.  Users that come and go move slots, so the
 * walk may have missed one: when all are stored, check them before setting the
 * marker.
 */
static void end_walk(void)
{
	size_t at = 0;

	all_in = all_done = true;
	hub_walk(&at, SIZE_MAX, check_line);
	if (!all_done)
		return;
	walking = false;
	if (all_in && !failed)
		mark();
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

static void look_work(struct store_job *j, struct cache *cache, struct arena *a)
{
	(void)j;
	looking.is_set = presence_is_marked(cache, a, self.name);
}

static void look_done(struct store_job *j)
{
	(void)j;
	if (!store_is_up())
		return;
	if (!looking.is_set && !setting.job.busy)
		marked = false;
	/* The marker would be wrong if a line could not be stored. */
	if (!marked || failed)
		begin_walk();
	else if (clock_mono_ms() - marked_ms >= MARK_MS)
		mark();
}

/* Stores lines again, as fast as memcached takes them. */
static void walk(void)
{
	if (store_pending() < SLICE && !hub_walk(&walk_at, SLICE, put_again))
		end_walk();
}

static void on_timer(uv_timer_t *t)
{
	if (walking)
		walk();
	else if (!looking.job.busy && !setting.job.busy)
		store_put(&looking.job);
	uv_timer_start(t, on_timer, walking ? SLICE_MS : LOOK_MS, 0);
}

void presence_line_on_change(presence_hook *hook)
{
	on_change = hook;
}

static void make_jobs(void)
{
	setting.job = (struct store_job){ .work = mark_work,
		.done = mark_done };
	looking.job = (struct store_job){ .work = look_work,
		.done = look_done };
}

void presence_line_start(uv_loop_t *loop)
{
	struct bus_node nodes[BUS_NODES_MAX];

	make_jobs();
	self = (struct presence_node){ str_of(conf.live.node), clock_now_ms() };
	peers_start(loop, self.name);
	n_nodes = bus_nodes(nodes);
	arena_init(&arena);
	hub_on_change(presence_line_changed);
	bus_on_frame(BUS_PRESENCE, on_frame);
	deadline_list_init(&refreshes, loop, REFRESH_MS, on_refresh);
	deadline_list_init(&offlines, loop, conf.live.offline_s * 1000,
	    on_offline);
	uv_timer_init(loop, &timer);
	uv_timer_start(&timer, on_timer, 0, 0);
	/* Before the first line: those of a former life are gone. */
	beat_start(loop, &self);
}
