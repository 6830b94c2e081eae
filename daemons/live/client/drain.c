#include "client/drain.h"

#include <signal.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "client/ack.h"
#include "client/client.h"
#include "client/poll.h"
#include "gateway/fcgi_client.h"
#include "io/bus.h"
#include "net/accept.h"
#include "proto/server_frame.h"
#include "proto/ws.h"

#define STEP_MS   50
#define GRACE_MS  3000 /* for answers and close frames, after drain_s */
#define START_MS  500  /* until the next process serves */
#define SPREAD_MS 4000

enum phase { SERVING, SENDING_AWAY, CLOSING };

static uv_signal_t terms, ints, hups;
static uv_timer_t timer;
static enum phase phase;
static bool restarts;
static uint64_t began_ms, closing_ms; /* when the phases began */
static uint64_t new_from_id;          /* clients that came during the drain */
static size_t n_began, n_counted, quota;
static int64_t left_ms; /* until CLOSING */

static uint64_t total_ms(void)
{
	return (uint64_t)conf.live.drain_s * 1000;
}

/*
 * One node has to be back first; of several, another one may take the client
 * now.  As gently as they are sent away they come back.
 */
static int64_t retry_ms(void)
{
	struct bus_node nodes[BUS_NODES_MAX];
	uint64_t spread = total_ms() > SPREAD_MS ? total_ms() : SPREAD_MS;
	int64_t wait = START_MS + crypto_uniform((uint32_t)spread);

	return bus_nodes(nodes) > 1 ? wait : left_ms + wait;
}

static bool is_old(const struct conn *c)
{
	return c->id < new_from_id;
}

static void send_away(struct conn *c)
{
	if (quota == 0 || !conn_is_open(c))
		return;
	if (phase == SENDING_AWAY && (c->n_pending || !is_old(c)))
		return;
	if (c->n_pending && uv_now(timer.loop) - closing_ms < GRACE_MS / 2)
		return;
	quota--;
	if (poll_is(c))
		poll_end_empty(client_of(c), "restart");
	else
		server_frame_bye(http_conn_of(c), "restart", WS_RESTART,
		    retry_ms());
}

static void count(struct conn *c)
{
	n_counted += conn_is_open(c) && is_old(c);
}

static size_t old_count(void)
{
	n_counted = 0;
	conn_each(count);
	return n_counted;
}

/* Decreases linearly from all to none, so that clients do not all reconnect at
 * once. */
static size_t may_be_open(uint64_t passed_ms)
{
	if (passed_ms >= total_ms())
		return 0;
	return n_began * (total_ms() - passed_ms) / total_ms();
}

static void close_all(void)
{
	phase = CLOSING;
	closing_ms = uv_now(timer.loop);
	left_ms = 0;
	accept_stop();
}

/* At least one per step, so that a few clients do not wait. */
static void send_some(uint64_t passed_ms)
{
	size_t open = old_count(), may = may_be_open(passed_ms);

	if (!open || passed_ms >= total_ms()) {
		close_all();
		return;
	}
	left_ms = (int64_t)(total_ms() - passed_ms);
	if (left_ms > (int64_t)open * STEP_MS)
		left_ms = (int64_t)open * STEP_MS;
	quota = open > may ? open - may : 1;
	conn_each(send_away);
}

static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(restarts ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

static void on_step(uv_timer_t *t)
{
	uint64_t now = uv_now(t->loop);
	size_t left = conn_count();

	if (phase == SENDING_AWAY)
		send_some(now - began_ms);
	if (phase != CLOSING)
		return;
	if ((!left && !ack_pending() && !fcgi_open_calls()) ||
	    now - closing_ms >= GRACE_MS) {
		log_info("drain", "left=%zu", left);
		/* What has been caught is still handled in this turn. */
		block_signals();
		uv_stop(t->loop);
		return;
	}
	quota = SIZE_MAX;
	conn_each(send_away);
}

static void on_signal(uv_signal_t *s, int number)
{
	if (phase != SERVING && number == SIGHUP)
		return;
	/* A restart becomes an end. */
	if (phase != SERVING && !restarts) {
		uv_stop(s->loop);
		return;
	}
	restarts = number == SIGHUP;
	log_info("drain", "signal=%d connections=%zu", number, conn_count());
	if (phase != SERVING)
		return;
	phase = SENDING_AWAY;
	began_ms = uv_now(s->loop);
	new_from_id = conn_next_id();
	n_began = old_count();
	uv_timer_start(&timer, on_step, 0, STEP_MS);
}

bool drain_ends_in_restart(void)
{
	return restarts;
}

void drain_start(uv_loop_t *loop)
{
	uv_timer_init(loop, &timer);
	uv_signal_init(loop, &terms);
	uv_signal_init(loop, &ints);
	uv_signal_init(loop, &hups);
	uv_signal_start(&terms, on_signal, SIGTERM);
	uv_signal_start(&ints, on_signal, SIGINT);
	uv_signal_start(&hups, on_signal, SIGHUP);
	/* The program from which this one has become blocks them. */
	block_signals();
}
