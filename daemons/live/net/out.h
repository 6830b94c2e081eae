/*
 * out: what is on its way to a client.
 *
 * A piece is a small head and a slice of a shared chunk.  When nothing waits
 * it is written at once, without the poller.  What the socket does not take
 * waits here, in order, at most one piece of it in the hands of libuv.  Where
 * more is about to come (n_pending of the connection or out_gather() says so)
 * pieces are gathered and written together, at the end of the present turn of
 * the loop: no later than otherwise, with fewer system calls.
 *
 * Bound: events (pieces put with OUT_EVENT) are refused once more than
 * [live] output_max bytes wait; the caller decides what to do about it.
 * Other pieces (answers) are always taken: while they are above the bound the
 * connection is not read, so that no more requests come in.
 */
#ifndef LIVE_OUT_H
#define LIVE_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "net/chunk.h"
#include "net/conn.h"

#define OUT_HEAD_MAX 96

enum out_class { OUT_PLAIN, OUT_EVENT };

void out_start(uv_loop_t *loop);

/*
 * chunk may be NULL; bytes [0, len) of it are sent.  Takes no reference but
 * its own.  False: an event for which there is no room.
 */
bool out_put(struct conn *c, enum out_class class, const void *head,
    size_t head_len, struct chunk *chunk, size_t len);

/* Drops the events that wait and have not been begun. */
void out_drop_events(struct conn *c);
bool out_is_empty(const struct conn *c);
/* Frees what waits; the connection is going away. */
void out_release(struct conn *c);

/* Whether pieces are gathered for all connections. */
void out_gather(bool on);

#endif
