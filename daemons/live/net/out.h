/*
 * out: the output queue of a connection.
 *
 * A piece is a small head and the start of a shared chunk.  If the queue is
 * empty it is written at once, without polling.  What the socket does not take
 * waits here, in order, with at most one piece passed to libuv.  If more output
 * is expected (n_pending of the connection, or out_gather()), pieces are
 * gathered and written together at the end of the present turn of the loop,
 * which saves system calls.
 *
 * Bound: events (pieces put with OUT_EVENT) are refused once more than [live]
 * output_max bytes wait; the caller decides what to do then.  Other pieces
 * (answers) are always accepted: while they exceed the bound, the connection is
 * not read, so that no more requests arrive.
 *
 * The output of all connections together is bounded, too (out_limit.h).
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
 * Sends head and bytes [0, len) of chunk, which may be NULL.  Takes its own
 * reference.  False: an event for which there is no room.
 */
bool out_put(struct conn *c, enum out_class class, const void *head,
    size_t head_len, struct chunk *chunk, size_t len);

/* Drops waiting events that are not partly written. */
void out_drop_events(struct conn *c);
bool out_is_empty(const struct conn *c);
/* Writes what was gathered so far, as far as the socket takes it. */
void out_flush(struct conn *c);
/* Bytes that the peer has not acknowledged, those in the kernel included. */
size_t out_unread(const struct conn *c);
/* What is kept for all connections: bytes of memory. */
size_t out_held(void);
/* Frees the queue; the connection is about to be freed. */
void out_release(struct conn *c);

/* Whether pieces are gathered for all connections. */
void out_gather(bool on);

#endif
