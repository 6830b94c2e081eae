/*
 * accept: clients' connections, as far as there are descriptors for them.
 * At the limit nobody is accepted until a connection has gone; the others
 * wait in the kernel's queue.
 */
#ifndef LIVE_ACCEPT_H
#define LIVE_ACCEPT_H

#include <uv.h>

/* Opens all of [live] listen; dies when it cannot. */
void accept_start(uv_loop_t *loop);
/* No more clients. */
void accept_stop(void);

#endif
