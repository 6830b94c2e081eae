#include "events/audience.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/head_sum.h"
#include "base/stat.h"
#include "events/bus.h"
#include "events/deliver.h"
#include "events/event.h"
#include "net/deadline.h"
#include "net/idmap.h"

#define TICK_MS     100
#define BACK_FACTOR 10

/* Who is told. */
enum circle {
	CIRCLE_VIEWERS, /* have it in the foreground */
	CIRCLE_FRONT,   /* have another one there */
	CIRCLE_BACK,    /* are in the background */
	CIRCLE_MAX
};

/* A conversation, with those of its members who are connected here. */
struct audience {
	int64_t conv_id;
	int64_t last_index, last_ordinal; /* the newest head; 0: not known */
	struct recipient **members;
	size_t n, cap;
	struct chunk *head; /* its event; NULL: everybody has it */
	bool due[CIRCLE_MAX];
	uint64_t told_ms[CIRCLE_MAX];
	struct deadline tick;
};

/* Of a recipient: where they sit. */
struct seat {
	struct audience *of;
	size_t place; /* in its members */
	bool stays;   /* is in the list that is being taken */
};

struct seats {
	size_t n, cap;
	int64_t changed_ms; /* by a frame; clock_boot_ms() */
	struct seat list[];
};

static struct idmap audiences;
static struct deadline_list ticks;

/* ---- who ---- */

static struct seat *seat_of(const struct recipient *r, const struct audience *a)
{
	for (size_t i = 0; r->seats && i < r->seats->n; i++)
		if (r->seats->list[i].of == a)
			return &r->seats->list[i];
	return NULL;
}

static void *grow(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		die(EX_OSERR, "out of memory");
	return p;
}

static struct audience *open_audience(int64_t conv_id)
{
	struct audience *a = calloc(1, sizeof(*a));

	if (!a)
		die(EX_OSERR, "out of memory");
	a->conv_id = conv_id;
	idmap_add(&audiences, conv_id, a);
	return a;
}

static void close_audience(struct audience *a)
{
	deadline_clear(&a->tick);
	if (a->head)
		chunk_unref(&a->head);
	idmap_remove(&audiences, a->conv_id);
	free(a->members);
	free(a);
}

static void add_seat(struct recipient *r, struct seat seat)
{
	struct seats *s = r->seats;

	if (!s || s->n == s->cap) {
		size_t cap = s ? 2 * s->cap : 2;

		s = grow(s, sizeof(*s) + cap * sizeof(s->list[0]));
		if (!r->seats)
			*s = (struct seats){ .n = 0 };
		s->cap = cap;
		r->seats = s;
	}
	s->list[s->n++] = seat;
}

static struct audience *get_audience(int64_t conv_id)
{
	struct audience *a = idmap_find(&audiences, conv_id);

	return a ? a : open_audience(conv_id);
}

static void enter(struct recipient *r, struct audience *a)
{
	if (a->n == a->cap) {
		a->cap = a->cap ? 2 * a->cap : 4;
		a->members = grow(a->members, a->cap * sizeof(a->members[0]));
	}
	add_seat(r, (struct seat){ .of = a, .place = a->n });
	a->members[a->n++] = r;
}

/* The last member takes the place. */
static void leave_seat(struct recipient *r, struct seat *seat)
{
	struct audience *a = seat->of;
	struct recipient *last = a->members[--a->n];
	struct seat *of_last = seat_of(last, a);

	BUG_ON(!of_last);
	a->members[seat->place] = last;
	of_last->place = seat->place;
	*seat = r->seats->list[--r->seats->n];
	if (!a->n)
		close_audience(a);
}

static void leave_all(struct recipient *r)
{
	while (r->seats && r->seats->n)
		leave_seat(r, &r->seats->list[r->seats->n - 1]);
	free(r->seats);
	r->seats = NULL;
}

/* An AUDIENCE frame: its recipients belong to it from now on, or no more. */
static void on_seats(const struct bus_frame *f)
{
	static struct arena arena;
	const json_t *body = bus_frame_object(&arena, f);
	int64_t conv_id = json_get_id(body, "conv_id");
	bool on = json_get_bool(body, "on", false);

	for (size_t i = 0; conv_id && i < f->n_to; i++) {
		struct recipient *r = hub_find(f->to[i].user_id);
		struct audience *a = idmap_find(&audiences, conv_id);
		struct seat *seat = r && a ? seat_of(r, a) : NULL;

		if (r && on && !seat)
			enter(r, get_audience(conv_id));
		else if (seat && !on)
			leave_seat(r, seat);
		if (r && r->seats)
			r->seats->changed_ms = clock_boot_ms();
	}
	arena_rewind(&arena);
}

/* ---- telling ---- */

static enum circle circle_of(const struct audience *a,
    const struct subscriber *s)
{
	if (s->chat_id == a->conv_id)
		return CIRCLE_VIEWERS;
	return s->background ? CIRCLE_BACK : CIRCLE_FRONT;
}

static void tell(struct subscriber *s, struct chunk *chunk)
{
	stat_add(STAT_LIVE_HEADS, 1);
	deliver_ephemeral(s, chunk);
}

static void tell_circle(struct audience *a, enum circle circle)
{
	a->due[circle] = false;
	a->told_ms[circle] = uv_now(ticks.timer.loop);
	for (size_t i = 0; i < a->n; i++)
		for (struct subscriber *s = a->members[i]->first; s;
		     s = s->next)
			if (circle_of(a, s) == circle)
				tell(s, a->head);
}

static bool may_tell(const struct audience *a, enum circle circle)
{
	const uint64_t every_ms[CIRCLE_MAX] = {
		[CIRCLE_FRONT] = (uint64_t)conf.live.head_ms,
		[CIRCLE_BACK] = (uint64_t)conf.live.head_ms * BACK_FACTOR,
	};

	return a->due[circle] &&
	       uv_now(ticks.timer.loop) - a->told_ms[circle] >=
		   every_ms[circle];
}

static void on_tick(struct deadline *d)
{
	struct audience *a = CONTAINER_OF(d, struct audience, tick);
	bool more = false;

	for (int i = 0; i < CIRCLE_MAX; i++) {
		if (may_tell(a, i))
			tell_circle(a, i);
		more |= a->due[i];
	}
	if (more)
		deadline_set(&ticks, &a->tick);
	else
		chunk_unref(&a->head);
}

/* Whether this is more than is known. */
static bool learn(struct audience *a, const json_t *head)
{
	int64_t last_index = json_get_int(head, "last_index", 0);

	if (last_index <= a->last_index)
		return false;
	a->last_index = last_index;
	a->last_ordinal = json_get_int(head, "last_ordinal", 0);
	return true;
}

static void on_head(struct audience *a, struct chunk *chunk)
{
	if (a->head)
		chunk_unref(&a->head);
	a->head = chunk_ref(chunk);
	for (int i = 0; i < CIRCLE_MAX; i++)
		a->due[i] = true;
	if (deadline_is_set(&a->tick))
		return;
	tell_circle(a, CIRCLE_VIEWERS);
	deadline_set(&ticks, &a->tick);
}

/* Of one member, to the others: what they do is for those who look. */
static void on_act(const struct audience *a, const json_t *event,
    struct chunk *chunk)
{
	int64_t by = json_get_id(event, "user_id");
	struct str type = json_get_str(event, "type");
	bool is_read = str_is(type, "read"), all = str_is(type, "ephemeral");

	for (size_t i = 0; i < a->n; i++) {
		const struct recipient *r = a->members[i];

		if (r->user_id == by || (is_read && r->hides_reads))
			continue;
		for (struct subscriber *s = r->first; s; s = s->next)
			if (all || s->chat_id == a->conv_id)
				deliver_ephemeral(s, chunk);
	}
}

static void on_event(const struct bus_frame *f)
{
	static struct arena arena;
	const json_t *event = bus_frame_object(&arena, f);
	struct audience *a = idmap_find(&audiences,
	    json_get_id(event, "conv_id"));
	struct chunk *chunk;

	if (a) {
		chunk = event_chunk(f->body);
		if (!str_is(json_get_str(event, "type"), "head"))
			on_act(a, event, chunk);
		else if (learn(a, event))
			on_head(a, chunk);
		chunk_unref(&chunk);
	}
	arena_rewind(&arena);
}

/* ---- what the services say ---- */

static struct chunk *head_chunk(const struct audience *a)
{
	struct json_writer w;

	event_begin(&w, "head");
	json_put_id(&w, "conv_id", a->conv_id);
	json_put_int(&w, "last_index", a->last_index);
	json_put_int(&w, "last_ordinal", a->last_ordinal);
	return event_end(&w);
}

static void tell_known(struct subscriber *s, const struct audience *a)
{
	struct chunk *chunk;

	if (!a->last_index)
		return;
	chunk = head_chunk(a);
	tell(s, chunk);
	chunk_unref(&chunk);
}

/* Of a conversation of r: who was not told of its head is told. */
static void take_item(struct recipient *r, const json_t *item)
{
	struct audience *a = get_audience(json_get_id(item, "conv_id"));
	struct seat *seat = seat_of(r, a);
	bool is_new = learn(a, item), had_others = a->n > (seat ? 1 : 0);
	struct chunk *chunk;

	if (seat) {
		seat->stays = true;
	} else {
		enter(r, a);
		r->seats->list[r->seats->n - 1].stays = true;
	}
	if (is_new && (seat || had_others)) {
		chunk = head_chunk(a);
		on_head(a, chunk);
		chunk_unref(&chunk);
	} else if (!seat) {
		for (struct subscriber *s = r->first; s; s = s->next)
			tell_known(s, a);
	}
}

void audience_take(struct recipient *r, const json_t *large, int64_t asked_ms)
{
	const json_t *item;
	size_t i;

	json_array_foreach(large, i, item)
	{
		if (json_get_id(item, "conv_id"))
			take_item(r, item);
	}
	for (i = r->seats ? r->seats->n : 0; i-- > 0;) {
		struct seat *seat = &r->seats->list[i];

		if (seat->stays || r->seats->changed_ms > asked_ms)
			seat->stays = false;
		else
			leave_seat(r, seat);
	}
}

int64_t audience_sum(const struct recipient *r)
{
	int64_t sum = 0;

	for (size_t i = 0; r->seats && i < r->seats->n; i++)
		sum = head_sum_add(sum, r->seats->list[i].of->conv_id,
		    r->seats->list[i].of->last_index);
	return sum;
}

void audience_tell(struct subscriber *s)
{
	const struct seats *seats = s->recipient->seats;

	for (size_t i = 0; seats && i < seats->n; i++)
		tell_known(s, seats->list[i].of);
}

void audience_start(uv_loop_t *loop)
{
	deadline_list_init(&ticks, loop, TICK_MS, on_tick);
	hub_on_forget(leave_all);
	bus_on_frame(BUS_AUDIENCE, on_seats);
	bus_on_frame(BUS_AUDIENCE_EVENT, on_event);
}
