#include "client/drain.h"

#include <signal.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "client/client.h"
#include "client/handshake.h"
#include "client/poll.h"
#include "gateway/fcgi_client.h"
#include "net/accept.h"
#include "proto/server_frame.h"
#include "proto/ws.h"

#define STEP_MS         50
#define GRACE_MS        3000 /* for answers and close frames, after drain_s */
#define RETRY_MIN_MS    500
#define RETRY_SPREAD_MS 4000

static uv_signal_t terms, ints;
static uv_timer_t timer;
static uint64_t began_ms; /* 0: not draining */
static size_t n_began, n_counted, quota;

static bool time_is_up(const uv_loop_t *loop)
{
	return uv_now(loop) - began_ms >= (uint64_t)conf.live.drain_s * 1000;
}

static int64_t retry_ms(void)
{
	uint16_t random;

	crypto_random(&random, sizeof(random));
	return RETRY_MIN_MS + random % RETRY_SPREAD_MS;
}

static void send_away(struct conn *c)
{
	if (quota == 0 || !conn_is_open(c))
		return;
	if (c->n_pending && !time_is_up(timer.loop))
		return;
	quota--;
	if (c->ops == &poll_ops)
		poll_end_empty(client_of(c), "restart");
	else
		server_frame_bye(http_conn_of(c), "restart", WS_RESTART,
		    retry_ms());
}

static void count(struct conn *c)
{
	n_counted += conn_is_open(c);
}

static size_t open_count(void)
{
	n_counted = 0;
	conn_each(count);
	return n_counted;
}

/* Decreases linearly from all to none in total_ms, so that clients do not all
 * reconnect at once. */
static size_t may_be_open(uint64_t passed_ms, uint64_t total_ms)
{
	if (passed_ms >= total_ms)
		return 0;
	return n_began * (total_ms - passed_ms) / total_ms;
}

static void on_step(uv_timer_t *t)
{
	uint64_t passed = uv_now(t->loop) - began_ms;
	uint64_t total = (uint64_t)conf.live.drain_s * 1000;
	size_t left = conn_count(), open, may;

	if ((!left && !fcgi_open_calls()) || passed >= total + GRACE_MS) {
		log_info("drain", "left=%zu", left);
		uv_stop(t->loop);
		return;
	}
	open = open_count();
	may = may_be_open(passed, total);
	/* At least one per step, so that a few clients do not wait. */
	quota = open > may ? open - may : 1;
	conn_each(send_away);
}

static void on_signal(uv_signal_t *s, int number)
{
	if (began_ms) {
		uv_stop(s->loop);
		return;
	}
	log_info("drain", "signal=%d connections=%zu", number, conn_count());
	began_ms = uv_now(s->loop) ? uv_now(s->loop) : 1;
	handshake_refuse_all();
	accept_stop();
	n_began = open_count();
	uv_timer_start(&timer, on_step, 0, STEP_MS);
}

void drain_start(uv_loop_t *loop)
{
	uv_timer_init(loop, &timer);
	uv_signal_init(loop, &terms);
	uv_signal_init(loop, &ints);
	uv_signal_start(&terms, on_signal, SIGTERM);
	uv_signal_start(&ints, on_signal, SIGINT);
}
