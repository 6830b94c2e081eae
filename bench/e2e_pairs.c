/*
 * Pairs: one person sends to another, who has a WebSocket and acknowledges each
 * event.  In a closed loop the next message is sent when the sender has the
 * answer and the receiver has the event; in an open loop, when it is due.
 */
#include "e2e.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "counters.h"
#include "samples.h"

#define EVENTS_MAX 64
#define SETTLE_US  500000
#define LOOK_US    100000 /* how often the loop looks for the end */
#define NOT_COMING (-1)   /* the copy of a refused message */

struct message {
	int64_t n, began_us, answered_us, seen_us;
	bool is_under_way;
};

struct pairs;

struct pair {
	struct pairs *all;
	struct link from;
	struct receiver to;
	const struct person *sender;
	int number;
	int64_t n; /* messages so far */
	int n_under_way, n_unanswered;
	struct message *messages; /* a window of them */
};

/* What epoll reports: a side of a pair. */
struct side {
	struct pair *pair;
	bool receives;
};

struct pairs {
	const struct options *options;
	struct run run;
	struct pair *of;
	struct side *sides;
	int n;
	bool over_http;
	int poll_fd;
	int64_t start_us, from_us, until_us;
	int64_t n_due; /* of an open loop, so far */
	struct samples answered, seen;
	size_t n_done; /* including uncounted ones */
	size_t n_refused, n_repeats;
};

/* When message k of an open loop is due; they go round all pairs. */
static int64_t due_us(const struct pairs *all, int64_t k)
{
	return all->start_us + k * 1000000 / all->options->rate;
}

static void flush(struct link *l)
{
	/* The socket buffer holds all requests under way. */
	if (!link_flush(l) || link_has_output(l))
		die(EX_UNAVAILABLE, "the server does not read");
}

static void send_next(struct pair *p, int64_t began_us)
{
	const struct pairs *all = p->all;
	struct message *m = p->messages;
	int64_t conv_id = p->sender->convs[0];
	char path[96];

	while (m->is_under_way)
		m++;
	*m = (struct message){ .n = p->n++,
		.began_us = began_us,
		.is_under_way = true };
	p->n_under_way++;
	p->n_unanswered++;
	if (!all->over_http) {
		message_put(&p->from, &all->run, conv_id, p->number, m->n);
		return;
	}
	snprintf(path, sizeof(path), "/v1/conversations/%" PRId64 "/messages",
	    conv_id);
	http_put(&p->from, &all->options->target, "POST", path,
	    str_of(p->sender->token),
	    str_of(message_body(&all->run, p->number, m->n)));
}

/* Sends as much as is due and may be under way. */
static void pump(struct pair *p)
{
	const struct pairs *all = p->all;

	while (p->n_under_way < all->options->window &&
	       (!all->over_http || p->n_unanswered == 0)) {
		int64_t now_us = clock_mono_us(), at_us = now_us;

		if (all->options->rate != 0)
			at_us = due_us(all, p->n * all->n + p->number);
		if (at_us > now_us || at_us >= all->until_us)
			break;
		send_next(p, at_us);
	}
	flush(&p->from);
}

static void finish(struct pair *p, struct message *m)
{
	struct pairs *all = p->all;
	int64_t now_us = clock_mono_us();

	if (m->answered_us == 0 || m->seen_us == 0)
		return;
	m->is_under_way = false;
	p->n_under_way--;
	all->n_done++;
	if (now_us < all->from_us || now_us > all->until_us ||
	    m->seen_us == NOT_COMING)
		return;
	samples_add(&all->answered, m->answered_us - m->began_us);
	samples_add(&all->seen, m->seen_us - m->began_us);
}

/* NULL: it is over, or was never sent. */
static struct message *find(struct pair *p, int64_t n)
{
	for (int i = 0; i < p->all->options->window; i++)
		if (p->messages[i].is_under_way && p->messages[i].n == n)
			return &p->messages[i];
	return NULL;
}

static void take_answer(struct pair *p, struct message *m, int status)
{
	if (!m || m->answered_us != 0)
		die(EX_PROTOCOL, "an answer to nothing");
	m->answered_us = clock_mono_us();
	p->n_unanswered--;
	if (status != 201) {
		if (p->all->n_refused++ == 0)
			log_warn("refused", "status=%d", status);
		m->seen_us = NOT_COMING;
	}
	finish(p, m);
}

static void take_copy(void *arg, int lane, int64_t n)
{
	struct pair *p = arg;
	struct message *m = find(p, n);

	if (lane != p->number || n >= p->n)
		die(EX_PROTOCOL, "a copy of another pair's message");
	if (!m || m->seen_us != 0) {
		p->all->n_repeats++;
		return;
	}
	m->seen_us = clock_mono_us();
	finish(p, m);
}

static void serve_receiver(struct pair *p)
{
	struct str text;
	size_t len;

	while (ws_take(&p->to.link, &text, &len)) {
		if (!receiver_take(&p->to, &p->all->run, text, take_copy, p))
			die(EX_PROTOCOL, "an answer to nothing");
		buf_drop(&p->to.link.in, len);
	}
	receiver_ack(&p->to);
	flush(&p->to.link);
}

static void serve_ws_sender(struct pair *p)
{
	struct str text;
	size_t len;
	int64_t n;
	int status;

	while (ws_take(&p->from, &text, &len)) {
		status = message_answer(text, &n);
		if (status != 0)
			take_answer(p, find(p, n), status);
		buf_drop(&p->from.in, len);
	}
}

static void serve_http_sender(struct pair *p, struct side *side)
{
	struct answer answer;

	while (http_answer(&p->from, &answer)) {
		/* One is unanswered: the last one. */
		take_answer(p, find(p, p->n - 1), answer.status);
		buf_drop(&p->from.in, answer.len);
		if (answer.closes) {
			link_close(&p->from);
			link_open(&p->from, &p->all->options->target);
			link_watch(&p->from, p->all->poll_fd, side);
			return;
		}
	}
}

static void serve(struct side *side)
{
	struct pair *p = side->pair;
	struct link *l = side->receives ? &p->to.link : &p->from;

	if (!link_fill(l) && l->in.len == 0)
		die(EX_UNAVAILABLE, "the server has gone");
	if (side->receives)
		serve_receiver(p);
	else if (p->all->over_http)
		serve_http_sender(p, side);
	else
		serve_ws_sender(p);
	pump(p);
}

/* Of an open loop: a message is due that was not tried. */
static bool is_next_due(const struct pairs *all, int64_t now_us)
{
	int64_t at_us;

	if (all->options->rate == 0)
		return false;
	at_us = due_us(all, all->n_due);
	return at_us <= now_us && at_us < all->until_us;
}

/* Also waits for what is still under way at the end. */
static bool is_over(const struct pairs *all)
{
	int64_t now_us = clock_mono_us();
	int missing = 0;

	if (now_us < all->until_us || is_next_due(all, now_us))
		return false;
	for (int i = 0; i < all->n; i++)
		missing += all->of[i].n_under_way;
	if (missing > 0 && now_us > all->until_us + STALL_US)
		die(EX_TEMPFAIL, "%d messages lack the answer or the copy",
		    missing);
	return missing == 0;
}

/* Sleeps until something arrives or the next message is due. */
static int wait_for(const struct pairs *all, struct epoll_event *events)
{
	int64_t us = LOOK_US;

	if (all->options->rate != 0 && clock_mono_us() < all->until_us) {
		us = due_us(all, all->n_due) - clock_mono_us();
		us = us < 0 ? 0 : us < LOOK_US ? us : LOOK_US;
	}
	return epoll_pwait2(all->poll_fd, events, EVENTS_MAX,
	    &(struct timespec){ us / 1000000, us % 1000000 * 1000 }, NULL);
}

static void loop(struct pairs *all)
{
	struct epoll_event events[EVENTS_MAX];

	all->start_us = clock_mono_us();
	all->from_us = all->start_us + SETTLE_US;
	all->until_us = all->from_us + (int64_t)all->options->seconds * 1000000;
	for (int i = 0; i < all->n; i++)
		pump(&all->of[i]);
	while (!is_over(all)) {
		int n = wait_for(all, events);

		for (int i = 0; i < n; i++)
			serve(events[i].data.ptr);
		while (is_next_due(all, clock_mono_us()))
			pump(&all->of[all->n_due++ % all->n]);
	}
}

static void open_pair(struct pairs *all, int i, const struct person *two)
{
	const struct options *o = all->options;
	struct pair *p = &all->of[i];
	struct side *sides = &all->sides[2 * (size_t)i];

	p->all = all;
	p->number = i;
	p->sender = &two[0];
	if (all->over_http)
		link_open(&p->from, &o->target);
	else
		ws_open(&p->from, &o->target, p->sender);
	receiver_open(&p->to, &o->target, &two[1], true);
	sides[0] = (struct side){ p, false };
	sides[1] = (struct side){ p, true };
	link_watch(&p->from, all->poll_fd, &sides[0]);
	link_watch(&p->to.link, all->poll_fd, &sides[1]);
}

static void report(struct pairs *all)
{
	size_t n_pulls = 0;

	for (int i = 0; i < all->n; i++)
		n_pulls += all->of[i].to.n_pulls;
	printf("pairs pairs=%d window=%d asked=%d rate=%.0f "
	       "answered_p50_us=%u answered_p99_us=%u "
	       "seen_p50_us=%u seen_p99_us=%u pulls=%zu repeats=%zu "
	       "refused=%zu answered=%zu\n",
	    all->n, all->options->window, all->options->rate,
	    (double)all->seen.n / all->options->seconds,
	    samples_at(&all->answered, 0.5), samples_at(&all->answered, 0.99),
	    samples_at(&all->seen, 0.5), samples_at(&all->seen, 0.99), n_pulls,
	    all->n_repeats, all->n_refused, all->n_done);
}

static void measure(const struct options *o, struct arena *a, bool over_http)
{
	static struct person people[PEOPLE_MAX];
	struct pairs all = { .options = o,
		.n = o->connections,
		.over_http = over_http,
		.of = ARENA_ARRAY(a, (size_t)o->connections, struct pair),
		.sides = ARENA_ARRAY(a, (size_t)o->connections * 2,
		    struct side),
		.poll_fd = epoll_create1(EPOLL_CLOEXEC) };

	if (all.poll_fd < 0)
		die(EX_OSERR, "epoll: %m");
	if (all.n * 2 > PEOPLE_MAX)
		die(EX_USAGE, "at most %d pairs", PEOPLE_MAX / 2);
	if (over_http && o->rate == 0 && o->window > 1)
		die(EX_USAGE, "HTTP has one request under way");
	run_init(&all.run);
	samples_init(&all.answered);
	samples_init(&all.seen);
	people_make(o, a, people, (size_t)all.n * 2, 1);
	for (int i = 0; i < all.n; i++) {
		all.of[i].messages = ARENA_ARRAY(a, (size_t)o->window,
		    struct message);
		open_pair(&all, i, &people[2 * i]);
	}
	counters_begin(o);
	loop(&all);
	report(&all);
	for (int i = 0; i < all.n; i++) {
		link_close(&all.of[i].from);
		receiver_close(&all.of[i].to);
	}
	close(all.poll_fd);
	samples_release(&all.answered);
	samples_release(&all.seen);
}

void pairs_run(const struct options *o, struct arena *a)
{
	measure(o, a, false);
}

void pairs_http_run(const struct options *o, struct arena *a)
{
	measure(o, a, true);
}
