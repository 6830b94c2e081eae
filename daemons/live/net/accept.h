/*
 * accept: accepts clients' connections, as long as there are descriptors for
 * them.  At the limit the sockets are paused until a connection has gone;
 * further clients wait in the kernel's queue.
 */
#ifndef LIVE_ACCEPT_H
#define LIVE_ACCEPT_H

#include <stddef.h>
#include <uv.h>

#include "net/conn.h"

/*
 * Opens all of [live] listen; dies when it cannot.  reserved: descriptors
 * that others need, on top of the few of this floor.  on_accepted gets each
 * connected connection, which is not read yet and has no ops.
 */
void accept_start(uv_loop_t *loop, size_t reserved,
    void (*on_accepted)(struct conn *c));
/* Accepts no more. */
void accept_stop(void);

#endif
