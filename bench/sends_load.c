/*
 * Closed loops: each connection sends the next request as soon as it has the
 * answer.
 */
#include "sends.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "counters.h"
#include "samples.h"

#define EVENTS_MAX        64
#define SETTLE_US         500000 /* before counting begins */
#define PAGE              50
#define GROUP_SENDS_PER_S 400 /* per second of the given time */
#define HEAD_WAIT_MS      120000

struct client {
	struct link link;
	const struct person *person;
	int number;
	int64_t sent;
	int64_t *began_us; /* by request, modulo the window */
	int64_t answered;
	bool wants_out;
};

struct load {
	const struct options *options;
	enum load_kind kind;
	bool websocket;
	int expected; /* status of an answer that counts; 0: any success */
	const struct act *act; /* of LOAD_ACT */
	struct acts *acts;
	int64_t conv_ids[GROUPS]; /* that are read or sent to */
	int poll_fd;
	int64_t run; /* part of client ids, unique to this run */
	int64_t from_us, until_us;
	int64_t sends_max, n_sent;
	size_t n_answered; /* including uncounted ones */
	size_t n_refused;
	struct samples counted;
	struct client *clients;
	struct person *people;
};

static int64_t conv_of(const struct load *load, const struct client *c,
    int64_t n)
{
	if (load->kind == LOAD_ONE)
		return load->people[0].convs[0];
	if (load->kind == LOAD_GROUPS)
		return load->conv_ids[n % GROUPS];
	return c->person->convs[n % (int64_t)c->person->n_convs];
}

static void put_send(struct load *load, struct client *c, int64_t n)
{
	char path[96], body[320], text[512];

	snprintf(path, sizeof(path), "/v1/conversations/%" PRId64 "/messages",
	    conv_of(load, c, n));
	snprintf(body, sizeof(body),
	    "{\"client_msg_id\":\"b-%" PRIx64 "-%d-%" PRId64 "\","
	    "\"type\":\"text\",\"content\":{\"text\":\"a message of the "
	    "usual length, as people write them, no. %" PRId64 "\"}}",
	    load->run, c->number, n, n);
	if (load->websocket) {
		snprintf(text, sizeof(text),
		    "{\"id\":%" PRId64 ","
		    "\"method\":\"POST\",\"path\":\"%s\",\"body\":%s}",
		    n, path, body);
		ws_put(&c->link, str_of(text));
	} else {
		http_put(&c->link, &load->options->target, "POST", path,
		    str_of(c->person->token), str_of(body));
	}
}

/* Each reader starts at a different page. */
static void put_read(struct load *load, struct client *c, int64_t n)
{
	int64_t page = (n + c->number * 7) % (STORY_LEN / PAGE);
	char path[96];

	if (load->kind == LOAD_HISTORY)
		snprintf(path, sizeof(path),
		    "/v1/conversations/%" PRId64 "/messages"
		    "?limit=%d&before=%" PRId64,
		    load->conv_ids[0], PAGE, (page + 1) * PAGE + 1);
	else
		snprintf(path, sizeof(path), "/v1/sync");
	http_put(&c->link, &load->options->target, "GET", path,
	    str_of(c->person->token), STR_NONE);
}

static void put_request(struct load *load, struct client *c)
{
	int64_t n = c->sent++;

	load->n_sent++;
	c->began_us[n % load->options->window] = clock_mono_us();
	if (load->kind == LOAD_ACT)
		acts_put(load->acts, load->act, load->options, &c->link,
		    load->people, c->number, n);
	else if (load->kind == LOAD_HISTORY || load->kind == LOAD_SYNC)
		put_read(load, c, n);
	else
		put_send(load, c, n);
}

static void count(struct load *load, struct client *c, int64_t n, int status)
{
	int64_t now_us = clock_mono_us();

	c->answered++;
	load->n_answered++;
	if (now_us < load->from_us || now_us > load->until_us)
		return;
	if (load->expected != 0 ? status != load->expected
				: status / 100 != 2) {
		if (load->n_refused++ == 0)
			log_warn("refused", "status=%d", status);
		return;
	}
	samples_add(&load->counted,
	    now_us - c->began_us[n % load->options->window]);
}

/* Reconnects after the server has closed the connection. */
static void reopen(struct load *load, struct client *c)
{
	link_close(&c->link);
	link_open(&c->link, &load->options->target);
	c->wants_out = false;
	link_watch(&c->link, load->poll_fd, c);
}

static void take_http(struct load *load, struct client *c)
{
	struct answer answer;

	while (http_answer(&c->link, &answer)) {
		bool closes = answer.closes;

		count(load, c, c->answered, answer.status);
		buf_drop(&c->link.in, answer.len);
		if (closes)
			reopen(load, c);
	}
}

/* Answers are {"id":N,"status":S,...}; the rest are events. */
static void take_ws(struct load *load, struct client *c)
{
	struct str text;
	size_t len;

	while (ws_take(&c->link, &text, &len)) {
		char *rest;
		int64_t n;

		if (str_starts(text, "{\"id\":")) {
			n = strtoll(text.p + 6, &rest, 10);
			if (memcmp(rest, ",\"status\":", 10) != 0)
				die(EX_PROTOCOL, "%.*s", STR_ARG(text));
			count(load, c, n, (int)strtol(rest + 10, NULL, 10));
		}
		buf_drop(&c->link.in, len);
	}
}

static void serve(struct load *load, struct client *c, uint32_t events)
{
	bool wants_out;

	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
		if (!link_fill(&c->link) && c->link.in.len == 0)
			die(EX_UNAVAILABLE, "the server has gone");
		if (load->websocket)
			take_ws(load, c);
		else
			take_http(load, c);
	}
	while (c->sent - c->answered < load->options->window &&
	       load->n_sent < load->sends_max &&
	       clock_mono_us() < load->until_us)
		put_request(load, c);
	if (!link_flush(&c->link))
		die(EX_UNAVAILABLE, "the server has gone");
	wants_out = link_has_output(&c->link);
	if (wants_out != c->wants_out) {
		struct epoll_event ev = { .data.ptr = c,
			.events = EPOLLIN | (wants_out ? EPOLLOUT : 0) };

		epoll_ctl(load->poll_fd, EPOLL_CTL_MOD, c->link.fd, &ev);
		c->wants_out = wants_out;
	}
}

static void open_all(struct load *load)
{
	const struct options *o = load->options;

	for (int i = 0; i < o->connections; i++) {
		struct client *c = &load->clients[i];

		c->person = &load->people[load->kind == LOAD_ONE ? i % 2 : i];
		c->number = i;
		if (load->websocket)
			ws_open(&c->link, &o->target, c->person);
		else
			link_open(&c->link, &o->target);
		link_watch(&c->link, load->poll_fd, c);
	}
}

static void loop(struct load *load)
{
	struct epoll_event events[EVENTS_MAX];
	int n;

	for (int i = 0; i < load->options->connections; i++)
		serve(load, &load->clients[i], 0);
	while (clock_mono_us() < load->until_us &&
	       (int64_t)load->n_answered < load->sends_max) {
		n = epoll_wait(load->poll_fd, events, EVENTS_MAX, 100);
		for (int i = 0; i < n; i++)
			serve(load, events[i].data.ptr, events[i].events);
	}
}

static void closed_loop(struct load *load)
{
	load->sends_max = INT64_MAX;
	load->from_us = clock_mono_us() + SETTLE_US;
	load->until_us = load->from_us +
			 (int64_t)load->options->seconds * 1000000;
	loop(load);
}

/* Sends a number of messages to groups and waits until all members have them:
 * measures the rate of fan-out. */
static void groups(struct load *load, struct arena *a)
{
	const struct options *o = load->options;
	const struct person *last = &load->people[GROUP_SIZE - 1];
	int64_t head = story_head(o, a, last), began_us = clock_mono_us();
	int64_t took_us;

	load->sends_max = (int64_t)o->seconds * GROUP_SENDS_PER_S;
	load->until_us = began_us + HEAD_WAIT_MS * 1000LL;
	loop(load);
	while (story_head(o, a, last) < head + (int64_t)load->counted.n) {
		if (clock_mono_us() > load->until_us)
			die(EX_TEMPFAIL, "fan-out does not finish");
		clock_sleep_ms(20);
	}
	took_us = clock_mono_us() - began_us;
	printf("groups groups=%d members=%d messages=%zu rate=%.0f "
	       "refused=%zu answered=%zu\n",
	    GROUPS, GROUP_SIZE, load->counted.n,
	    (double)load->counted.n * GROUP_SIZE * 1e6 / (double)took_us,
	    load->n_refused, load->counted.n * GROUP_SIZE);
}

/* Creates the users and conversations that the modes need. */
static void prepare(struct load *load, struct arena *a)
{
	const struct options *o = load->options;
	size_t n = (size_t)o->connections, n_convs = CONVS_MAX;

	load->expected = 201;
	if (load->kind == LOAD_ONE)
		n = 2;
	else if (load->kind == LOAD_ACT)
		n = ACT_PEOPLE;
	else if (load->kind == LOAD_HISTORY)
		n = n > STORY_READERS ? n : STORY_READERS;
	else if (load->kind == LOAD_GROUPS || load->kind == LOAD_SYNC)
		n = GROUP_SIZE;
	else if (n < CONVS_MAX + 1)
		n = CONVS_MAX + 1; /* as many as a full circle of chats needs */
	if (load->kind == LOAD_ACT)
		n_convs = 0;
	else if (load->kind != LOAD_HTTP && load->kind != LOAD_WS)
		n_convs = 1;
	people_make(o, a, load->people, n, n_convs);
	if (load->kind == LOAD_ACT) {
		load->expected = 0;
		load->act = act_named(o->mode);
		load->acts = acts_find(o, a, load->people);
	}
	if (load->kind == LOAD_HISTORY)
		load->conv_ids[0] = story_conv(o, a, load->people);
	else if (load->kind == LOAD_GROUPS)
		story_groups(o, a, load->people, load->conv_ids);
	else if (load->kind == LOAD_SYNC)
		story_chats(o, a, load->people, n);
	if (load->kind == LOAD_HISTORY || load->kind == LOAD_SYNC)
		load->expected = 200;
}

static void report(struct load *load)
{
	static const char *const names[] = { "http", "websocket", "http",
		"groups", "history", "sync" };
	const struct options *o = load->options;
	bool is_one = load->kind == LOAD_ONE || load->kind == LOAD_HISTORY ||
		      load->kind == LOAD_ACT;

	printf("sends mode=%s connections=%d window=%d convs=%zu rate=%.0f "
	       "p50_us=%u p99_us=%u refused=%zu answered=%zu\n",
	    load->act ? o->mode : names[load->kind], o->connections, o->window,
	    is_one ? 1 : (size_t)o->connections * CONVS_MAX,
	    (double)load->counted.n / o->seconds,
	    samples_at(&load->counted, 0.5), samples_at(&load->counted, 0.99),
	    load->n_refused, load->n_answered);
}

void load_run(const struct options *o, struct arena *a, enum load_kind kind)
{
	struct load load = {
		.options = o,
		.kind = kind,
		.websocket = kind == LOAD_WS || kind == LOAD_GROUPS,
		.run = clock_now_ms(),
		.poll_fd = epoll_create1(EPOLL_CLOEXEC),
		.clients = ARENA_ARRAY(a, (size_t)o->connections,
		    struct client),
		.people = ARENA_ARRAY(a, PEOPLE_MAX, struct person),
	};

	if (load.poll_fd < 0)
		die(EX_OSERR, "epoll: %m");
	samples_init(&load.counted);
	for (int i = 0; i < o->connections; i++)
		load.clients[i].began_us = ARENA_ARRAY(a, (size_t)o->window,
		    int64_t);
	prepare(&load, a);
	open_all(&load);
	counters_begin(o);
	if (kind == LOAD_GROUPS) {
		groups(&load, a);
	} else {
		closed_loop(&load);
		report(&load);
	}
	for (int i = 0; i < o->connections; i++)
		link_close(&load.clients[i].link);
	close(load.poll_fd);
	samples_release(&load.counted);
}
