/*
 * drain: the end, spread over [live] drain_s.
 *
 * SIGTERM and SIGINT end im-live, SIGHUP restarts it on its sockets.  Clients
 * that come meanwhile are served.  The connections that were open are told to
 * reconnect (`restart`, 1012) one after the other, those with unanswered
 * requests last, at a time when a process will be there for all.  Then nobody
 * is accepted any more, the others are sent after them, as soon as they are
 * open, and the loop stops.  Whoever connects now waits in the queue of the
 * socket.  A second SIGTERM or
 * SIGINT stops the loop at once.
 */
#ifndef LIVE_DRAIN_H
#define LIVE_DRAIN_H

#include <stdbool.h>
#include <uv.h>

void drain_start(uv_loop_t *loop);
/* After the end of the loop: whether a restart follows.  If so, signals wait
 * for the program that follows. */
bool drain_ends_in_restart(void);

#endif
