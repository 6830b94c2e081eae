/*
 * Pairs over WebSocket: one person sends to another, one message under way per
 * pair.  The next is sent when the sender has the answer and the receiver has
 * the event, which it acknowledges.
 */
#include "sends.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"

#define SAMPLES_MAX 2000000
#define EVENTS_MAX  64
#define SETTLE_US   500000
#define STALL_US    15000000

struct pair {
	struct link from, to;
	const struct person *sender;
	int number;
	int64_t n;              /* messages so far */
	char client_msg_id[48]; /* of the current one */
	int64_t began_us, answered_us, seen_us;
	int64_t acked;
};

struct pairs {
	const struct options *options;
	struct pair *of;
	int n;
	int poll_fd;
	int64_t run, from_us, until_us;
	uint32_t *answered, *seen;
	size_t n_done; /* including uncounted ones */
	size_t n_counted, n_refused, n_pulls;
};

static void send_next(struct pairs *all, struct pair *p)
{
	char text[512];

	snprintf(p->client_msg_id, sizeof(p->client_msg_id),
	    "p-%" PRIx64 "-%d-%" PRId64, all->run, p->number, p->n);
	snprintf(text, sizeof(text),
	    "{\"id\":%" PRId64 ",\"method\":\"POST\","
	    "\"path\":\"/v1/conversations/%" PRId64 "/messages\",\"body\":{"
	    "\"client_msg_id\":\"%s\",\"type\":\"text\",\"content\":{"
	    "\"text\":\"a message of the usual length, as people write "
	    "them, no. %" PRId64 "\"}}}",
	    p->n, p->sender->convs[0], p->client_msg_id, p->n);
	p->n++;
	p->answered_us = p->seen_us = 0;
	p->began_us = clock_mono_us();
	ws_put(&p->from, str_of(text));
}

static void take_answer(struct pairs *all, struct pair *p, struct str text)
{
	char *rest;
	int64_t n;
	int status;

	if (!str_starts(text, "{\"id\":"))
		return;
	n = strtoll(text.p + 6, &rest, 10);
	if (memcmp(rest, ",\"status\":", 10) != 0 || n != p->n - 1)
		die(EX_PROTOCOL, "%.*s", STR_ARG(text));
	status = (int)strtol(rest + 10, NULL, 10);
	p->answered_us = clock_mono_us();
	if (status == 201)
		return;
	/* No event will follow. */
	if (all->n_refused++ == 0)
		log_warn("refused", "status=%d", status);
	p->seen_us = -1;
}

static void ack(struct pair *p, int64_t user_index)
{
	char text[48];

	if (user_index <= p->acked)
		return;
	p->acked = user_index;
	snprintf(text, sizeof(text), "{\"ack\":%" PRId64 "}", user_index);
	ws_put(&p->to, str_of(text));
}

/* The last user_index of a text: that of an event, or of a page of them. */
static int64_t index_of(struct str text)
{
	static const char key[] = "\"user_index\":";
	int64_t index = 0;
	const char *at;

	while ((at = memmem(text.p, text.len, key, sizeof(key) - 1)) != NULL) {
		int64_t n = strtoll(at + sizeof(key) - 1, NULL, 10);

		index = n > index ? n : index;
		text.len -= (size_t)(at + sizeof(key) - 1 - text.p);
		text.p = at + sizeof(key) - 1;
	}
	return index;
}

static void take_event(struct pairs *all, struct pair *p, struct str text)
{
	char request[128];

	if (str_starts(text, "{\"pull\"")) {
		all->n_pulls++;
		snprintf(request, sizeof(request),
		    "{\"id\":1,\"method\":"
		    "\"GET\",\"path\":\"/v1/inbox?after=%" PRId64 "\"}",
		    p->acked);
		ws_put(&p->to, str_of(request));
		return;
	}
	if (!str_starts(text, "{\"event\"") && !str_starts(text, "{\"id\""))
		return;
	if (p->seen_us == 0 && memmem(text.p, text.len, p->client_msg_id,
				   strlen(p->client_msg_id)))
		p->seen_us = clock_mono_us();
	ack(p, index_of(text));
}

static void count(struct pairs *all, const struct pair *p)
{
	int64_t now_us = clock_mono_us();

	all->n_done++;
	if (now_us < all->from_us || now_us > all->until_us || p->seen_us < 0)
		return;
	if (all->n_counted < SAMPLES_MAX) {
		all->answered[all->n_counted] = (uint32_t)(p->answered_us -
							   p->began_us);
		all->seen[all->n_counted] = (uint32_t)(p->seen_us -
						       p->began_us);
	}
	all->n_counted++;
}

static void flush(struct link *l)
{
	/* The socket buffer holds all requests under way. */
	if (!link_flush(l) || link_has_output(l))
		die(EX_UNAVAILABLE, "the server does not read");
}

static void serve(struct pairs *all, struct pair *p, bool receiver)
{
	struct link *l = receiver ? &p->to : &p->from;
	struct str text;
	size_t len;

	if (!link_fill(l) && l->in.len == 0)
		die(EX_UNAVAILABLE, "the server has gone");
	while (ws_take(l, &text, &len)) {
		if (receiver)
			take_event(all, p, text);
		else
			take_answer(all, p, text);
		buf_drop(&l->in, len);
	}
	flush(&p->to);
	if (p->answered_us != 0 && p->seen_us != 0) {
		count(all, p);
		p->began_us = p->answered_us = p->seen_us = 0;
		if (clock_mono_us() < all->until_us)
			send_next(all, p);
	}
	flush(&p->from);
}

/* Also waits for what is still under way at the end. */
static bool is_over(const struct pairs *all)
{
	int64_t now_us = clock_mono_us();

	if (now_us < all->until_us)
		return false;
	for (int i = 0; i < all->n; i++) {
		if (all->of[i].began_us == 0)
			continue;
		if (now_us > all->until_us + STALL_US)
			die(EX_TEMPFAIL, "%s did not arrive",
			    all->of[i].answered_us == 0 ? "an answer"
							: "an event");
		return false;
	}
	return true;
}

static void loop(struct pairs *all)
{
	struct epoll_event events[EVENTS_MAX];
	int n;

	all->from_us = clock_mono_us() + SETTLE_US;
	all->until_us = all->from_us + (int64_t)all->options->seconds * 1000000;
	for (int i = 0; i < all->n; i++) {
		send_next(all, &all->of[i]);
		flush(&all->of[i].from);
	}
	while (!is_over(all)) {
		n = epoll_wait(all->poll_fd, events, EVENTS_MAX, 100);
		for (int i = 0; i < n; i++) {
			uint64_t who = events[i].data.u64;

			serve(all, &all->of[who / 2], who % 2 == 1);
		}
	}
}

static void open_one(struct pairs *all, struct link *l,
    const struct person *who, uint64_t data)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u64 = data };

	ws_open(l, &all->options->target, who);
	if (epoll_ctl(all->poll_fd, EPOLL_CTL_ADD, l->fd, &ev) != 0)
		die(EX_OSERR, "epoll: %m");
}

static void report(struct pairs *all)
{
	size_t n = all->n_counted < SAMPLES_MAX ? all->n_counted : SAMPLES_MAX;

	printf("pairs pairs=%d rate=%.0f answered_p50_us=%u answered_p99_us=%u "
	       "seen_p50_us=%u seen_p99_us=%u pulls=%zu refused=%zu "
	       "answered=%zu\n",
	    all->n, (double)all->n_counted / all->options->seconds,
	    percentile(all->answered, n, 0.5),
	    percentile(all->answered, n, 0.99), percentile(all->seen, n, 0.5),
	    percentile(all->seen, n, 0.99), all->n_pulls, all->n_refused,
	    all->n_done);
}

void pairs_run(const struct options *o, struct arena *a)
{
	static struct person people[PEOPLE_MAX];
	struct pairs all = { .options = o,
		.n = o->connections,
		.of = ARENA_ARRAY(a, (size_t)o->connections, struct pair),
		.run = clock_now_ms(),
		.poll_fd = epoll_create1(EPOLL_CLOEXEC),
		.answered = calloc(SAMPLES_MAX, sizeof(uint32_t)),
		.seen = calloc(SAMPLES_MAX, sizeof(uint32_t)) };

	if (all.poll_fd < 0 || !all.answered || !all.seen)
		die(EX_OSERR, "out of memory");
	if (all.n * 2 > PEOPLE_MAX)
		die(EX_USAGE, "at most %d pairs", PEOPLE_MAX / 2);
	people_make(o, a, people, (size_t)all.n * 2, 1);
	for (int i = 0; i < all.n; i++) {
		struct pair *p = &all.of[i];

		p->number = i;
		p->sender = &people[2 * i];
		open_one(&all, &p->from, p->sender, (uint64_t)i * 2);
		open_one(&all, &p->to, &people[2 * i + 1], (uint64_t)i * 2 + 1);
	}
	proc_self(o->root, "begin");
	proc_cpu(o->root, "begin");
	loop(&all);
	report(&all);
	for (int i = 0; i < all.n; i++) {
		link_close(&all.of[i].from);
		link_close(&all.of[i].to);
	}
	close(all.poll_fd);
	free(all.answered);
	free(all.seen);
}
