/*
 * accept: accepts connections of clients as long as there are descriptors.  At
 * the limit the sockets are paused until a connection is closed; further
 * clients wait in the kernel's queue.
 */
#ifndef LIVE_ACCEPT_H
#define LIVE_ACCEPT_H

#include <stddef.h>
#include <uv.h>

#include "net/conn.h"

/*
 * Opens all of [live] listen; exits if it cannot.  reserved: descriptors that
 * other modules need.  on_accepted gets each new connection, which is not being
 * read yet and has no ops.
 */
void accept_start(uv_loop_t *loop, size_t reserved,
    void (*on_accepted)(struct conn *c));
/* Stops accepting; clients wait in the queues of the sockets. */
void accept_stop(void);

#endif
