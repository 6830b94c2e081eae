#include "client/crowd.h"

#include "base/conf.h"
#include "base/crypto.h"
#include "base/err.h"
#include "client/poll.h"
#include "proto/http_reply.h"
#include "proto/server_frame.h"
#include "proto/ws.h"

/* Clients of one user must not turn each other out in quick succession. */
#define RETRY_MS 30000

static int64_t retry_ms(void)
{
	return RETRY_MS + crypto_uniform(RETRY_MS / 2);
}

enum { RANK_OTHER, RANK_OWN, RANK_REPLACED };

static void turn_out(struct client *cl, bool replaced)
{
	struct error err;

	if (replaced) {
		poll_end_empty(cl, "replaced_by_poll");
		return;
	}
	if (!poll_is(client_conn(cl))) {
		server_frame_bye(client_http(cl), "too_many", WS_TOO_MANY,
		    retry_ms());
		return;
	}
	err_set(&err, ERR_RATE_LIMITED, "the user has too many connections");
	err.retry_after_ms = (int32_t)retry_ms();
	http_reply_problem(client_http(cl), &err, NULL);
}

/* How well s fits as the one that goes; the oldest of the best goes. */
static int rank(const struct subscriber *s, int64_t session_id, bool is_poll)
{
	if (s->session_id != session_id)
		return RANK_OTHER;
	return is_poll && poll_is(&s->http.conn) ? RANK_REPLACED : RANK_OWN;
}

void crowd_make_room(int64_t user_id, int64_t session_id, bool is_poll)
{
	const struct recipient *r = hub_find(user_id);
	struct subscriber *goes = NULL;
	int64_t n_open = 0;

	if (!r || r->n_conns < (size_t)conf.live.per_user_max)
		return;
	/* From the newest to the oldest; some are closing. */
	for (struct subscriber *s = r->first; s; s = s->next) {
		if (!conn_is_open(&s->http.conn))
			continue;
		n_open++;
		if (!goes || rank(s, session_id, is_poll) >=
				 rank(goes, session_id, is_poll))
			goes = s;
	}
	if (goes && n_open >= conf.live.per_user_max)
		turn_out(client_of(&goes->http.conn),
		    rank(goes, session_id, is_poll) == RANK_REPLACED);
}
