#include "proto/pace.h"

#include "base/conf.h"
#include "base/stat.h"
#include "proto/ws_input.h"

/* A connection that has spent everything waits for some to come in. */
#define REFILL_MS 100

static struct deadline_list turns, refills;
static void (*on_turn)(struct http_conn *h);

static uint32_t now_ms(void)
{
	return (uint32_t)uv_now(turns.timer.loop);
}

static void refill(struct http_conn *h)
{
	uint64_t rate = (uint64_t)conf.live.frames_per_s;
	uint32_t now = now_ms(), spent_ms = now - h->tokens_at_ms;
	uint64_t more = spent_ms * rate / 1000;

	if (!more)
		return;
	h->tokens_at_ms = now;
	h->tokens = more < rate - h->tokens ? h->tokens + (uint32_t)more
					    : (uint32_t)rate;
}

uint32_t pace_budget(struct http_conn *h)
{
	if (h->tokens < PACE_TURN_MAX)
		refill(h);
	if (h->tokens >= PACE_TURN_MAX)
		return PACE_TURN_MAX;
	return h->tokens ? h->tokens : 1;
}

static void wait_for(struct deadline_list *l, struct http_conn *h)
{
	conn_read_pause(&h->conn, CONN_PAUSE_PACE);
	deadline_set(l, &ws_input_get(h)->wait);
}

void pace_spent(struct http_conn *h, uint32_t cost, bool left)
{
	h->tokens -= cost < h->tokens ? cost : h->tokens;
	if (!h->tokens) {
		stat_add(STAT_LIVE_PACED, 1);
		wait_for(&refills, h);
	} else if (left) {
		wait_for(&turns, h);
	}
}

static void on_due(struct deadline *d)
{
	struct http_conn *h = CONTAINER_OF(d, struct ws_input, wait)->conn;

	/* Its frames would make more answers that it does not read. */
	if (h->conn.paused & CONN_PAUSE_OUTPUT) {
		deadline_set(&refills, d);
		return;
	}
	ws_input_tidy(h);
	conn_read_resume(&h->conn, CONN_PAUSE_PACE);
	on_turn(h);
}

static void on_conn_end(struct conn *c, const char *why)
{
	struct http_conn *h = http_conn_of(c);

	(void)why;
	if (!h->input)
		return;
	deadline_clear(&h->input->wait);
	ws_input_tidy(h);
}

void pace_start(uv_loop_t *loop, void (*go_on)(struct http_conn *h))
{
	on_turn = go_on;
	deadline_list_init(&turns, loop, 0, on_due);
	deadline_list_init(&refills, loop, REFILL_MS, on_due);
	conn_on_end(on_conn_end);
}
