/*
 * A crowd: members of one group, all online.  The first one sends; the next
 * message when all connections of all members have a copy, or, in an open loop,
 * when it is due.  With many connections of each member it also measures the
 * memory of im-live per idle connection.
 */
#include "e2e.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "counters.h"
#include "proc.h"
#include "samples.h"

#define PER_USER   31 /* below the limit of 32 */
#define EVENTS_MAX 256
#define REST_MS    1500 /* until memory and heartbeats have settled */
#define LOOK_MS    100
#define WARM_UP    5
#define NO_MESSAGE (-1)
#define OPEN_LOOK  64 /* connections, after which the first ones are read */

struct message {
	int64_t n, began_us;
	bool answered;
	int n_seen;
	bool *has; /* by connection */
};

struct crowd;

struct member {
	struct crowd *crowd;
	struct receiver to;
	int number;
};

struct crowd {
	const struct options *options;
	struct run run;
	struct person *people;
	size_t n_people;
	const struct target *target;
	struct member *members; /* one for each connection */
	int n, per_user;
	int poll_fd;
	int64_t conv_id, log_from; /* the log before the first message */
	struct message *messages;  /* a window of them */
	int64_t n_sent, n_done, n_max;
	int64_t n_before, start_us, until_us; /* of this run: messages before */
	int64_t rested_us;
	struct samples answered, seen, all;
	struct parts parts;
	size_t n_repeats;
};

static void raise_limit(void)
{
	struct rlimit l;

	getrlimit(RLIMIT_NOFILE, &l);
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

/* ---- messages ---- */

static struct message *find(struct crowd *c, int64_t n)
{
	struct message *m = &c->messages[n % c->options->window];

	return m->n == n ? m : NULL;
}

static void finish(struct crowd *c, struct message *m)
{
	if (!m->answered || m->n_seen < c->n)
		return;
	c->rested_us = clock_mono_us();
	samples_add(&c->all, c->rested_us - m->began_us);
	c->rested_us += (int64_t)c->options->rest_ms * 1000;
	m->n = NO_MESSAGE;
	c->n_done++;
}

static void take_copy(void *arg, int lane, int64_t n)
{
	const struct member *to = arg;
	struct crowd *c = to->crowd;
	struct message *m = find(c, n);
	int64_t now_us = clock_mono_us();

	if (lane != 0 || n >= c->n_sent)
		die(EX_PROTOCOL, "a copy of a message that was not sent");
	if (!m || m->has[to->number]) {
		c->n_repeats++;
		return;
	}
	m->has[to->number] = true;
	m->n_seen++;
	samples_add(&c->seen, now_us - m->began_us);
	parts_add(&c->parts, now_us, now_us - m->began_us);
	finish(c, m);
}

static void take_answer(struct crowd *c, struct str text)
{
	struct message *m;
	int64_t n;
	int status = message_answer(text, &n);

	if (status != 201)
		die(EX_PROTOCOL, "a send was answered %d", status);
	m = find(c, n);
	if (!m || m->answered)
		die(EX_PROTOCOL, "an answer to nothing");
	m->answered = true;
	samples_add(&c->answered, clock_mono_us() - m->began_us);
	finish(c, m);
}

static void serve(struct member *m)
{
	struct link *l = &m->to.link;
	struct str text;
	size_t len;

	if (!link_fill(l) && l->in.len == 0)
		die(EX_UNAVAILABLE, "the server has gone");
	while (ws_take(l, &text, &len)) {
		if (!receiver_take(&m->to, &m->crowd->run, text, take_copy, m))
			take_answer(m->crowd, text);
		buf_drop(&l->in, len);
	}
	receiver_ack(&m->to);
	if (!link_flush(l) || link_has_output(l))
		die(EX_UNAVAILABLE, "the server does not read");
	/* Thousands of buffers that are used would be much memory. */
	if (l->in.len == 0)
		buf_shrink(&l->in, 0);
}

static void take_events(struct crowd *c, int64_t us)
{
	struct epoll_event events[EVENTS_MAX];
	int n = epoll_pwait2(c->poll_fd, events, EVENTS_MAX,
	    &(struct timespec){ us / 1000000, us % 1000000 * 1000 }, NULL);

	for (int i = 0; i < n; i++)
		serve(events[i].data.ptr);
}

/* ---- connections ---- */

static void open_member(struct crowd *c, int i)
{
	struct member *m = &c->members[i];

	*m = (struct member){ .crowd = c, .number = i };
	receiver_open(&m->to, c->target, &c->people[i / c->per_user],
	    c->options->acks);
	receiver_reads(&m->to, c->conv_id, c->log_from);
	buf_shrink(&m->to.link.in, 0);
	buf_shrink(&m->to.link.out, 0);
}

/* Those that are open answer pings meanwhile. */
static void open_from(struct crowd *c, int first)
{
	for (int i = first; i < c->n; i++) {
		open_member(c, i);
		link_watch(&c->members[i].to.link, c->poll_fd, &c->members[i]);
		if (i % OPEN_LOOK == 0)
			take_events(c, 0);
	}
}

/* The memory of im-live per connection, in bytes.  Some connections are opened
 * and closed first, to allocate what all of them share. */
static int64_t open_weighed(struct crowd *c)
{
	int root = c->options->root;
	int64_t before;

	for (int i = 0; i < c->n / 10; i++) {
		open_member(c, i);
		receiver_close(&c->members[i].to);
	}
	clock_sleep_ms(REST_MS);
	before = root != 0 ? proc_rss(root, "im-live") : 0;
	open_from(c, 0);
	clock_sleep_ms(REST_MS);
	return root != 0 ? (proc_rss(root, "im-live") - before) / c->n : 0;
}

/* ---- the load ---- */

/* When the next message is due; of a closed loop: may be sent. */
static int64_t next_us(const struct crowd *c)
{
	if (c->options->rate == 0)
		return c->rested_us;
	return c->start_us +
	       (c->n_sent - c->n_before) * 1000000 / c->options->rate;
}

/* All that this run sends has been sent. */
static bool has_sent(const struct crowd *c)
{
	int64_t now_us = clock_mono_us(), at_us = next_us(c);

	return c->n_sent >= c->n_max ||
	       (c->options->rate != 0 ? at_us : now_us) >= c->until_us;
}

/* Sends while the window has room and the end has not come. */
static void pump(struct crowd *c)
{
	struct link *l = &c->members[0].to.link;

	while (!has_sent(c)) {
		int64_t now_us = clock_mono_us(), at_us = next_us(c);
		struct message *m =
		    &c->messages[c->n_sent % c->options->window];

		if (m->n != NO_MESSAGE || at_us > now_us)
			break;
		m->n = c->n_sent++;
		m->answered = false;
		m->n_seen = 0;
		memset(m->has, 0, (size_t)c->n * sizeof(*m->has));
		m->began_us = c->options->rate != 0 ? at_us : now_us;
		message_put(l, &c->run, c->conv_id, 0, m->n);
	}
	if (!link_flush(l) || link_has_output(l))
		die(EX_UNAVAILABLE, "the server does not read");
}

static void complain_if_late(const struct crowd *c)
{
	int64_t oldest_us = clock_mono_us() - STALL_US;

	for (int i = 0; i < c->options->window; i++) {
		const struct message *m = &c->messages[i];

		if (m->n != NO_MESSAGE && m->began_us < oldest_us)
			die(EX_TEMPFAIL, "%d of %d have message %" PRId64,
			    m->n_seen, c->n, m->n);
	}
}

/* How long to sleep unless something arrives. */
static int64_t patience_us(const struct crowd *c)
{
	int64_t us = next_us(c) - clock_mono_us();

	/* Overdue: the window is full. */
	return us <= 0 || us > LOOK_MS * 1000 ? LOOK_MS * 1000 : us;
}

/* Up to a number of messages, or for so long; then waits for those under way.
 */
static void run(struct crowd *c, int64_t n_max, int64_t us)
{
	c->n_max = n_max;
	c->n_before = c->n_sent;
	c->start_us = clock_mono_us();
	c->until_us = us == INT64_MAX ? us : c->start_us + us;
	parts_begin(&c->parts, c->start_us);
	for (pump(c); c->n_done < c->n_sent || !has_sent(c); pump(c)) {
		take_events(c, patience_us(c));
		complain_if_late(c);
	}
}

static void report(struct crowd *c, int64_t n, int64_t bytes, int64_t took_us)
{
	size_t n_pulls = 0, n_pages = 0;

	for (int i = 0; i < c->n; i++) {
		n_pulls += c->members[i].to.n_pulls;
		n_pages += c->members[i].to.n_pages;
	}
	printf("crowd connections=%d members=%zu window=%d ", c->n, c->n_people,
	    c->options->window);
	if (bytes != 0)
		printf("bytes_per_connection=%" PRId64 " ", bytes);
	printf("rate=%.0f answered_p50_us=%u seen_p50_us=%u seen_p99_us=%u "
	       "all_p50_us=%u all_p99_us=%u all_max_us=%u pulls=%zu "
	       "pages=%zu repeats=%zu "
	       "lasted=%.2f sent=%" PRId64 " messages=%" PRId64
	       " answered=%" PRId64 "\n",
	    (double)n * c->n * 1e6 / (double)took_us,
	    samples_at(&c->answered, 0.5), samples_at(&c->seen, 0.5),
	    samples_at(&c->seen, 0.99), samples_at(&c->all, 0.5),
	    samples_at(&c->all, 0.99), samples_at(&c->all, 1), n_pulls, n_pages,
	    c->n_repeats, (double)took_us / 1e6, c->n_sent, n, n * c->n);
}

static void measure(struct crowd *c, int64_t bytes)
{
	const struct options *o = c->options;

	run(c, WARM_UP, INT64_MAX);
	c->answered.n = c->seen.n = c->all.n = 0;
	counters_begin(o);
	parts_init(&c->parts, "crowd", o);
	run(c, o->messages != 0 ? WARM_UP + o->messages : INT64_MAX,
	    (int64_t)o->seconds * 1000000);
	parts_end(&c->parts);
	report(c, c->n_done - WARM_UP, bytes, clock_mono_us() - c->start_us);
}

static void prepare_people(struct crowd *c, struct arena *a)
{
	const struct options *o = c->options;

	c->n = o->connections;
	c->n_people = (size_t)(c->n + c->per_user - 1) / (size_t)c->per_user;
	if (c->n_people < 2 || c->n_people > PEOPLE_MAX)
		die(EX_USAGE, "2 to %d members", PEOPLE_MAX);
	c->people = ARENA_ARRAY(a, PEOPLE_MAX, struct person);
	c->members = ARENA_ARRAY(a, (size_t)c->n, struct member);
	c->messages = ARENA_ARRAY(a, (size_t)o->window, struct message);
	for (int i = 0; i < o->window; i++) {
		c->messages[i].n = NO_MESSAGE;
		c->messages[i].has = ARENA_ARRAY(a, (size_t)c->n, bool);
	}
	c->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (c->poll_fd < 0)
		die(EX_OSERR, "epoll: %m");
	run_init(&c->run);
	samples_init(&c->answered);
	samples_init(&c->seen);
	samples_init(&c->all);
	raise_limit();
	people_make(o, a, c->people, c->n_people, 0);
}

static void prepare(struct crowd *c, struct arena *a)
{
	const struct options *o = c->options;
	char client_id[32];

	prepare_people(c, a);
	snprintf(client_id, sizeof(client_id), "bench-crowd-%zu", c->n_people);
	c->conv_id = o->conv_id != 0 ? o->conv_id
				     : people_group(a, &o->target, client_id,
					   c->people, c->n_people);
	c->log_from = people_newest(a, &o->target, c->people, c->conv_id);
}

static void release(struct crowd *c)
{
	for (int i = 0; i < c->n; i++)
		receiver_close(&c->members[i].to);
	close(c->poll_fd);
	samples_release(&c->answered);
	samples_release(&c->seen);
	samples_release(&c->all);
}

void crowd_run(const struct options *o, struct arena *a)
{
	struct crowd c = { .options = o, .target = &o->target, .per_user = 1 };

	prepare(&c, a);
	open_from(&c, 0);
	measure(&c, 0);
	release(&c);
}

void late_run(const struct options *o, struct arena *a)
{
	struct crowd c = { .options = o, .target = &o->target, .per_user = 1 };
	int n;

	prepare(&c, a);
	n = c.n;
	c.n = 1;
	open_from(&c, 0);
	c.n = n;
	c.n_max = 1;
	c.until_us = INT64_MAX;
	pump(&c);
	while (!c.messages[0].answered) {
		take_events(&c, LOOK_MS * 1000);
		complain_if_late(&c);
	}
	open_from(&c, 1);
	run(&c, 1, INT64_MAX);
	report(&c, 1, 0, (int64_t)samples_at(&c.all, 1));
	release(&c);
}

void idle_run(const struct options *o, struct arena *a)
{
	struct crowd c = { .options = o, .target = &o->live, .per_user = 1 };
	int64_t bytes, until_us;

	prepare_people(&c, a);
	bytes = open_weighed(&c);
	counters_begin(o);
	until_us = clock_mono_us() + (int64_t)o->seconds * 1000000;
	while (clock_mono_us() < until_us)
		take_events(&c, LOOK_MS * 1000);
	counters_end(o);
	printf("idle connections=%d bytes_per_connection=%" PRId64
	       " seconds=%d answered=%" PRId64 "\n",
	    c.n, bytes, o->seconds, (int64_t)c.n * o->seconds);
	release(&c);
}

void wide_run(const struct options *o, struct arena *a)
{
	struct crowd c = { .options = o,
		.target = &o->live,
		.per_user = PER_USER };
	int64_t bytes;

	prepare(&c, a);
	bytes = open_weighed(&c);
	measure(&c, bytes);
	counters_end(o);
	release(&c);
}
