/*
 * Many WebSockets of the members of one group: memory of im-live per idle
 * connection, and how fast a message reaches all of them.  The next message is
 * sent when all have the last one.
 */
#include "sends.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

#define PER_USER    31 /* below the limit of 32 */
#define MEMBERS_MAX 128
#define EVENTS_MAX  256
#define SAMPLES_MAX 100000
#define REST_MS     1500 /* until memory and heartbeats have settled */
#define WAIT_MS     20000
#define WARM_UP     5

struct wide {
	const struct options *options;
	struct person *people;
	struct link *links;
	int n;
	int poll_fd;
	int64_t conv_id, run;
	char client_msg_id[48]; /* of the message under way */
	int n_messages;
	size_t n_seen; /* deliveries of it */
	bool answered;
	uint32_t *samples;
};

static void raise_limit(void)
{
	struct rlimit l;

	getrlimit(RLIMIT_NOFILE, &l);
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

static void open_link(struct wide *w, int i)
{
	struct link *l = &w->links[i];

	ws_open(l, &w->options->live, &w->people[i / PER_USER]);
	buf_shrink(&l->in, 0);
	buf_shrink(&l->out, 0);
}

/* The memory of im-live per connection, in bytes.  Some connections are opened
 * and closed first, to allocate what all of them share. */
static int64_t open_all(struct wide *w)
{
	int root = w->options->root;
	int64_t before;

	for (int i = 0; i < w->n / 10; i++) {
		open_link(w, i);
		link_close(&w->links[i]);
	}
	clock_sleep_ms(REST_MS);
	before = root != 0 ? proc_rss(root, "im-live") : 0;
	for (int i = 0; i < w->n; i++)
		open_link(w, i);
	clock_sleep_ms(REST_MS);
	return root != 0 ? (proc_rss(root, "im-live") - before) / w->n : 0;
}

static void watch(struct wide *w)
{
	for (int i = 0; i < w->n; i++) {
		struct epoll_event ev = { .events = EPOLLIN,
			.data.ptr = &w->links[i] };

		if (epoll_ctl(w->poll_fd, EPOLL_CTL_ADD, w->links[i].fd, &ev) !=
		    0)
			die(EX_OSERR, "epoll: %m");
	}
}

static void take(struct wide *w, struct link *l)
{
	struct str text;
	size_t len;

	if (!link_fill(l) && l->in.len == 0)
		die(EX_UNAVAILABLE, "im-live has gone");
	while (ws_take(l, &text, &len)) {
		if (str_starts(text, "{\"id\":")) {
			if (!memmem(text.p, text.len, "\"status\":201", 12))
				die(EX_PROTOCOL, "%.*s", STR_ARG(text));
			w->answered = true;
		} else if (str_starts(text, "{\"pull\"")) {
			die(EX_PROTOCOL, "an event was lost");
		} else if (memmem(text.p, text.len, w->client_msg_id,
			       strlen(w->client_msg_id))) {
			w->n_seen++;
		}
		buf_drop(&l->in, len);
	}
	if (l->in.len == 0)
		buf_shrink(&l->in, 0);
}

static int64_t send_one(struct wide *w)
{
	struct epoll_event events[EVENTS_MAX];
	int64_t began_us = clock_mono_us();
	char text[512];

	snprintf(w->client_msg_id, sizeof(w->client_msg_id), "w-%" PRIx64 "-%d",
	    w->run, w->n_messages);
	snprintf(text, sizeof(text),
	    "{\"id\":%d,\"method\":\"POST\","
	    "\"path\":\"/v1/conversations/%" PRId64 "/messages\",\"body\":{"
	    "\"client_msg_id\":\"%s\",\"type\":\"text\",\"content\":{"
	    "\"text\":\"a message of the usual length, as people write "
	    "them\"}}}",
	    w->n_messages++, w->conv_id, w->client_msg_id);
	w->n_seen = 0;
	w->answered = false;
	ws_put(&w->links[0], str_of(text));
	link_flush(&w->links[0]);
	while (!w->answered || w->n_seen < (size_t)w->n) {
		int n = epoll_wait(w->poll_fd, events, EVENTS_MAX, WAIT_MS);

		if (n <= 0)
			die(EX_TEMPFAIL, "%zu of %d have it", w->n_seen, w->n);
		for (int i = 0; i < n; i++)
			take(w, events[i].data.ptr);
	}
	return clock_mono_us() - began_us;
}

static void measure(struct wide *w, int64_t bytes)
{
	const struct options *o = w->options;
	int64_t began_us, until_us;
	size_t n = 0;
	double took_s;

	for (int i = 0; i < WARM_UP; i++)
		send_one(w);
	proc_self(o->root, "begin");
	proc_cpu(o->root, "begin");
	began_us = clock_mono_us();
	until_us = began_us + (int64_t)o->seconds * 1000000;
	while (clock_mono_us() < until_us && n < SAMPLES_MAX)
		w->samples[n++] = (uint32_t)send_one(w);
	took_s = (double)(clock_mono_us() - began_us) / 1e6;
	proc_cpu(o->root, "end");
	printf("wide connections=%d members=%d bytes_per_connection=%" PRId64
	       " "
	       "rate=%.0f p50_us=%u p99_us=%u answered=%zu\n",
	    w->n, (w->n + PER_USER - 1) / PER_USER, bytes,
	    (double)n * w->n / took_s, percentile(w->samples, n, 0.5),
	    percentile(w->samples, n, 0.99), n * (size_t)w->n);
}

void wide_run(const struct options *o, struct arena *a)
{
	struct wide w = { .options = o,
		.n = o->connections,
		.people = ARENA_ARRAY(a, PEOPLE_MAX, struct person),
		.links = ARENA_ARRAY(a, (size_t)o->connections, struct link),
		.run = clock_now_ms(),
		.poll_fd = epoll_create1(EPOLL_CLOEXEC),
		.samples = calloc(SAMPLES_MAX, sizeof(uint32_t)) };
	size_t members = (size_t)(w.n + PER_USER - 1) / PER_USER;
	int64_t bytes;
	char client_id[32];

	if (w.poll_fd < 0 || !w.samples)
		die(EX_OSERR, "out of memory");
	if (members < 2 || members > MEMBERS_MAX)
		die(EX_USAGE, "%d to %d connections", PER_USER + 1,
		    PER_USER * MEMBERS_MAX);
	raise_limit();
	people_make(o, a, w.people, members, 1);
	snprintf(client_id, sizeof(client_id), "bench-wide-%zu", members);
	w.conv_id = people_group(a, &o->target, client_id, w.people, members);
	bytes = open_all(&w);
	watch(&w);
	measure(&w, bytes);
	for (int i = 0; i < w.n; i++)
		link_close(&w.links[i]);
	close(w.poll_fd);
	free(w.samples);
}
