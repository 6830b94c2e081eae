/*
 * A crowd: the members of one group, all online.  The first one sends; the next
 * message when all connections of all members have a copy.  With many
 * connections of each member it also measures the memory of im-live per idle
 * connection.
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
	int64_t conv_id;
	struct message *messages; /* a window of them */
	int64_t n_sent, n_done, n_max;
	int64_t until_us;
	struct samples answered, seen, all;
	size_t n_repeats;
};

static void raise_limit(void)
{
	struct rlimit l;

	getrlimit(RLIMIT_NOFILE, &l);
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

/* ---- connections ---- */

static void open_member(struct crowd *c, int i)
{
	struct member *m = &c->members[i];

	*m = (struct member){ .crowd = c, .number = i };
	receiver_open(&m->to, c->target, &c->people[i / c->per_user],
	    c->options->acks);
	buf_shrink(&m->to.link.in, 0);
	buf_shrink(&m->to.link.out, 0);
}

static void open_all(struct crowd *c)
{
	for (int i = 0; i < c->n; i++)
		open_member(c, i);
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
	open_all(c);
	clock_sleep_ms(REST_MS);
	return root != 0 ? (proc_rss(root, "im-live") - before) / c->n : 0;
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
	samples_add(&c->all, clock_mono_us() - m->began_us);
	m->n = NO_MESSAGE;
	c->n_done++;
}

static void take_copy(void *arg, int lane, int64_t n)
{
	const struct member *to = arg;
	struct crowd *c = to->crowd;
	struct message *m = find(c, n);

	if (lane != 0 || n >= c->n_sent)
		die(EX_PROTOCOL, "a copy of a message that was not sent");
	if (!m || m->has[to->number]) {
		c->n_repeats++;
		return;
	}
	m->has[to->number] = true;
	m->n_seen++;
	samples_add(&c->seen, clock_mono_us() - m->began_us);
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

/* Sends while the window has room and the end has not come. */
static void pump(struct crowd *c)
{
	struct link *l = &c->members[0].to.link;

	while (c->n_sent < c->n_max && clock_mono_us() < c->until_us) {
		struct message *m =
		    &c->messages[c->n_sent % c->options->window];

		if (m->n != NO_MESSAGE)
			break;
		m->n = c->n_sent++;
		m->answered = false;
		m->n_seen = 0;
		memset(m->has, 0, (size_t)c->n * sizeof(*m->has));
		m->began_us = clock_mono_us();
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

/* Up to a number of messages, or until the time has come; then waits for those
 * under way. */
static void run(struct crowd *c, int64_t n_max, int64_t until_us)
{
	struct epoll_event events[EVENTS_MAX];

	c->n_max = n_max;
	c->until_us = until_us;
	for (pump(c); c->n_done < c->n_sent; pump(c)) {
		int n = epoll_wait(c->poll_fd, events, EVENTS_MAX, LOOK_MS);

		for (int i = 0; i < n; i++)
			serve(events[i].data.ptr);
		complain_if_late(c);
	}
}

static void report(struct crowd *c, int64_t n, int64_t bytes, int64_t took_us)
{
	size_t n_pulls = 0;

	for (int i = 0; i < c->n; i++)
		n_pulls += c->members[i].to.n_pulls;
	printf("crowd connections=%d members=%zu window=%d ", c->n, c->n_people,
	    c->options->window);
	if (bytes != 0)
		printf("bytes_per_connection=%" PRId64 " ", bytes);
	printf("rate=%.0f answered_p50_us=%u seen_p50_us=%u seen_p99_us=%u "
	       "all_p50_us=%u all_p99_us=%u pulls=%zu repeats=%zu "
	       "messages=%" PRId64 " answered=%" PRId64 "\n",
	    (double)n * c->n * 1e6 / (double)took_us,
	    samples_at(&c->answered, 0.5), samples_at(&c->seen, 0.5),
	    samples_at(&c->seen, 0.99), samples_at(&c->all, 0.5),
	    samples_at(&c->all, 0.99), n_pulls, c->n_repeats, n, n * c->n);
}

static void measure(struct crowd *c, int64_t bytes)
{
	int64_t began_us;

	run(c, WARM_UP, INT64_MAX);
	c->answered.n = c->seen.n = c->all.n = 0;
	counters_begin(c->options);
	began_us = clock_mono_us();
	run(c, INT64_MAX, began_us + (int64_t)c->options->seconds * 1000000);
	report(c, c->n_done - WARM_UP, bytes, clock_mono_us() - began_us);
}

static void prepare(struct crowd *c, struct arena *a)
{
	const struct options *o = c->options;
	char client_id[32];

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
	snprintf(client_id, sizeof(client_id), "bench-crowd-%zu", c->n_people);
	c->conv_id = people_group(a, &o->target, client_id, c->people,
	    c->n_people);
}

static void watch(struct crowd *c)
{
	for (int i = 0; i < c->n; i++)
		link_watch(&c->members[i].to.link, c->poll_fd, &c->members[i]);
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
	open_all(&c);
	watch(&c);
	measure(&c, 0);
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
	watch(&c);
	measure(&c, bytes);
	counters_end(o);
	release(&c);
}
