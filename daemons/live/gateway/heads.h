/*
 * heads: where inboxes end, and which sessions have ended, asked of the
 * inbox service for up to 500 connections with one request.
 *
 * A question waits up to 20 ms for others.  Each is answered once, through
 * the hook, also when the service is away.
 */
#ifndef LIVE_HEADS_H
#define LIVE_HEADS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct head {
	uint64_t conn_id;
	bool is_known;     /* false: the service is away, the rest is not set */
	const char *ended; /* the reason, when the session has ended */
	int64_t expires_at;   /* of the session; 0: not told */
	int64_t user_index;   /* 0: not told */
	int64_t total_unread; /* -1: not told */
};

void heads_start(uv_loop_t *loop);
/* For a floor above: gets the answers. */
void heads_on_answer(void (*hook)(const struct head *h));

void heads_ask(uint64_t conn_id, int64_t user_id, int64_t session_id);

#endif
