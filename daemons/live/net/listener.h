/*
 * listener: a listening socket on the loop, for a path or host:port.
 *
 * on_waiting() announces a waiting connection once; the next one is announced
 * after listener_accept().  A caller that does not accept thus pauses the
 * socket, and further connections wait in the kernel's queue.
 *
 * A socket that was passed to the process (net/passed.h) is used, if it listens
 * at the address.  The process keeps it to its end, also when the listener is
 * closed.
 */
#ifndef LIVE_LISTENER_H
#define LIVE_LISTENER_H

#include <stdbool.h>
#include <uv.h>

#include "base/str.h"

/* An accepted connection.  A uv_tcp_t serves any stream socket
 * (see uv_tcp_open()), and is smaller than a uv_pipe_t. */
union listener_peer {
	uv_handle_t handle;
	uv_stream_t stream;
	uv_tcp_t tcp;
};

struct listener {
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} io;
	bool is_path;
	bool waiting; /* a connection has not been accepted yet */
	void (*on_waiting)(struct listener *l);
};

/* Exits if it cannot listen, with EX_TEMPFAIL if another process does. */
void listener_open(struct listener *l, uv_loop_t *loop, struct str address,
    void (*on_waiting)(struct listener *l));

/* Initialises *peer and accepts into it; -1: the connection has gone.  The
 * caller closes the handle *peer in either case. */
int listener_accept(struct listener *l, union listener_peer *peer);

/* Accepts no more; clients wait in the queue. */
void listener_close(struct listener *l);

/* All listeners are open. */
void listeners_complete(void);
/* Becomes the program anew, on the same sockets; see passed_restart(). */
int listeners_restart(char *const argv[]);

#endif
