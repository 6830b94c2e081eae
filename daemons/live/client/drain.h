/*
 * drain: graceful shutdown.  After SIGTERM or SIGINT no connection is accepted.
 * Over [live] drain_s the open ones are told to reconnect later (`restart`,
 * 1012), those with unanswered requests last; then the loop stops.  A second
 * signal stops it at once.
 */
#ifndef LIVE_DRAIN_H
#define LIVE_DRAIN_H

#include <uv.h>

void drain_start(uv_loop_t *loop);

#endif
