/*
 * heads: asks the inbox service for the heads of inboxes, for ended sessions
 * and for the heads of conversations in mode pull that are not as known here,
 * for up to 500 connections in one request.
 *
 * A question waits up to 20 ms for others.  Each is answered once, through the
 * hook, even if the service is unavailable.
 */
#ifndef LIVE_HEADS_H
#define LIVE_HEADS_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "io/json.h"

struct head {
	uint64_t conn_id;
	bool is_known;      /* false: the service is unavailable, the rest is
			    * unset */
	const char *ended;  /* the reason if the session has ended, else NULL */
	int64_t expires_at; /* of the session; 0: unknown */
	int64_t user_index; /* 0: not told */
	int64_t total_unread; /* -1: not told */
	/* All of the user's conversations in mode pull, each an object with
	 * conv_id, last_index and last_ordinal; NULL: as known. */
	const json_t *large;
	int64_t asked_ms; /* clock_boot_ms() */
};

void heads_start(uv_loop_t *loop);
/* For a floor above: called with each answer. */
void heads_on_answer(void (*hook)(const struct head *h));

/* large: the sum of what is known of the user's conversations in mode pull
 * (base/head_sum.h). */
void heads_ask(uint64_t conn_id, int64_t user_id, int64_t session_id,
    int64_t large);

#endif
