/* The latency from sending a message to receiving it. */
#include "e2e.h"

#include <inttypes.h>
#include <poll.h>

#include "base/clock.h"
#include "base/err.h"
#include "counters.h"
#include "samples.h"

#define SAMPLES 400
#define WARM_UP 20
#define REST_MS 15 /* pause, after which nothing is under way */
#define WAIT_MS 5000

struct round {
	struct link http, ws;
	char client_msg_id[48];
	int64_t began_us, answered_us, seen_us;
};

static void take(struct round *r)
{
	struct answer answer;
	struct str text;
	size_t len;

	while (http_answer(&r->http, &answer)) {
		if (answer.status != 201)
			die(EX_PROTOCOL, "a send was answered %d",
			    answer.status);
		r->answered_us = clock_mono_us();
		buf_drop(&r->http.in, answer.len);
	}
	while (ws_take(&r->ws, &text, &len)) {
		if (str_starts(text, "{\"event\"") &&
		    memmem(text.p, text.len, r->client_msg_id,
			strlen(r->client_msg_id)))
			r->seen_us = clock_mono_us();
		buf_drop(&r->ws.in, len);
	}
}

static void send_one(struct round *r, const struct options *o,
    const struct person *from, int n)
{
	char path[96], body[256];

	snprintf(path, sizeof(path), "/v1/conversations/%" PRId64 "/messages",
	    from->convs[0]);
	snprintf(r->client_msg_id, sizeof(r->client_msg_id), "s-%" PRIx64 "-%d",
	    clock_now_ms(), n);
	snprintf(body, sizeof(body),
	    "{\"client_msg_id\":\"%s\","
	    "\"type\":\"text\",\"content\":{\"text\":\"do you see this?\"}}",
	    r->client_msg_id);
	http_put(&r->http, &o->target, "POST", path, str_of(from->token),
	    str_of(body));
	r->answered_us = r->seen_us = 0;
	r->began_us = clock_mono_us();
	link_flush(&r->http);
}

static void await(struct round *r)
{
	struct pollfd fds[] = {
		{ .fd = r->http.fd, .events = POLLIN },
		{ .fd = r->ws.fd, .events = POLLIN },
	};

	while (r->answered_us == 0 || r->seen_us == 0) {
		if (poll(fds, 2, WAIT_MS) <= 0)
			die(EX_TEMPFAIL, "%s did not arrive",
			    r->seen_us == 0 ? "the event" : "the answer");
		if ((fds[0].revents != 0 && !link_fill(&r->http)) ||
		    (fds[1].revents != 0 && !link_fill(&r->ws)))
			die(EX_UNAVAILABLE, "the server has gone");
		take(r);
	}
}

void seen_run(const struct options *o, struct arena *a)
{
	struct samples answered, seen;
	static struct person people[PEOPLE_MAX];
	struct round r = { .http.fd = -1 };

	samples_init(&answered);
	samples_init(&seen);
	people_make(o, a, people, 2, 1);
	link_open(&r.http, &o->target);
	ws_open(&r.ws, &o->target, &people[1]);
	counters_begin(o);
	for (int i = -WARM_UP; i < SAMPLES; i++) {
		clock_sleep_ms(REST_MS);
		send_one(&r, o, &people[0], i + WARM_UP);
		await(&r);
		if (i < 0)
			continue;
		samples_add(&answered, r.answered_us - r.began_us);
		samples_add(&seen, r.seen_us - r.began_us);
	}
	link_close(&r.http);
	link_close(&r.ws);
	printf("seen answered_p50_us=%u answered_p99_us=%u seen_p50_us=%u "
	       "seen_p99_us=%u answered=%d\n",
	    samples_at(&answered, 0.5), samples_at(&answered, 0.99),
	    samples_at(&seen, 0.5), samples_at(&seen, 0.99), WARM_UP + SAMPLES);
	samples_release(&answered);
	samples_release(&seen);
}
