/*
 * listener: a listening socket on the loop: a path, or host:port.
 *
 * A connection that waits is announced again and again by no one: on_waiting
 * is called once, and the next one is announced after listener_accept().  So
 * whoever does not accept has paused the socket, and the rest waits in the
 * kernel's queue.
 */
#ifndef LIVE_LISTENER_H
#define LIVE_LISTENER_H

#include <stdbool.h>
#include <uv.h>

#include "base/str.h"

union listener_peer {
	uv_handle_t handle;
	uv_stream_t stream;
	uv_tcp_t tcp;
	uv_pipe_t pipe;
};

struct listener {
	union listener_peer io;
	bool is_path;
	bool waiting; /* one is there that has not been accepted */
	void (*on_waiting)(struct listener *l);
};

/* Dies when it cannot listen.  A stale socket file is replaced. */
void listener_open(struct listener *l, uv_loop_t *loop, struct str address,
    void (*on_waiting)(struct listener *l));

/* Initialises *peer and accepts into it; -1: it has gone (peer is a handle
 * that has to be closed all the same). */
int listener_accept(struct listener *l, union listener_peer *peer);

void listener_close(struct listener *l);

#endif
