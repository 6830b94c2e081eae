/*
 * attach: opens a connection once its user is known.
 *
 * The order that leaves no gap: first the user's presence line is stored, after
 * which publishers send to this node, then the inbox is read.  An event is
 * committed before it is published, so an event published before the line was
 * stored is among those read.  The connection opens only when the line is
 * stored, or when memcached does not answer.
 */
#ifndef LIVE_ATTACH_H
#define LIVE_ATTACH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "client/client.h"
#include "io/json.h"
#include "proto/live_options.h"

void attach_start(void);

/* What the user service returns about the user of a new connection. */
struct attach_grant {
	int64_t session_id, user_id;
	int64_t now, expires_at; /* of the site's clock */
	int64_t asked_ms;        /* clock_boot_ms(); the caller's */
	int64_t user_index, total_unread;
	struct str platform, stream_id;
	bool origin_allowed;
	bool shows_last_seen, hides_reads;
	const json_t *large; /* audience.h */
};

/* -1 INTERNAL: unexpected answer of the service. */
int attach_parse(struct arena *a, struct str body, struct attach_grant *out,
    struct error *err);

/*
 * Subscribes the connection, which is not open yet.  Whether it may begin;
 * otherwise the hook of presence_line_on_stored() tells when.
 */
bool attach_subscribe(struct client *cl, const struct live_options *options,
    const struct attach_grant *who);

/*
 * From here on the connection is open.  The head of a stream's answer is
 * written here, except the 101 of a WebSocket.
 */
void attach_begin(struct client *cl, enum live_route route,
    const struct live_options *options, const struct attach_grant *who);

#endif
