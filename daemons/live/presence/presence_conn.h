/* presence_conn: the state of a connection in the presence floor. */
#ifndef LIVE_PRESENCE_CONN_H
#define LIVE_PRESENCE_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "events/hub.h"

struct watch;

struct presence_conn {
	struct subscriber subscriber;
	/* watch.c */
	struct watch *watches;
	uint16_t n_watches;
	uint8_t n_checks; /* unanswered requests to the user service */
	/* line.c */
	uint8_t platform;  /* presence_line_platform() */
	bool awaits;       /* a store of its user's line */
	uint8_t awaits_no; /* which one, modulo 2^8 */
};

static inline struct presence_conn *presence_conn_of(struct subscriber *s)
{
	return CONTAINER_OF(s, struct presence_conn, subscriber);
}

#endif
