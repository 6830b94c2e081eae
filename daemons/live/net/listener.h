/*
 * listener: a listening socket on the loop: a path, or host:port.
 *
 * A waiting connection is announced once, by on_waiting(); the next one is
 * announced after listener_accept().  So a caller that does not accept has
 * paused the socket, and the rest waits in the kernel's queue.
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
	bool waiting; /* a connection has not been accepted yet */
	void (*on_waiting)(struct listener *l);
};

/* Dies when it cannot listen.  A stale socket file is replaced. */
void listener_open(struct listener *l, uv_loop_t *loop, struct str address,
    void (*on_waiting)(struct listener *l));

/* Initialises *peer and accepts into it; -1: the connection has gone.  The
 * handle *peer has to be closed in either case. */
int listener_accept(struct listener *l, union listener_peer *peer);

void listener_close(struct listener *l);

#endif
