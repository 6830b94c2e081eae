/*
 * e2e: load generator whose messages are over when the sender has the answer
 * and every receiver has the copy.
 *
 * Each copy is counted once.  A measurement ends with exit 75 (EX_TEMPFAIL) and
 * no figures if an answer or a copy is missing.
 */
#ifndef BENCH_E2E_H
#define BENCH_E2E_H

#include "client.h"

#define STALL_US 15000000 /* after which something under way is missing */

/*
 * ---- e2e_message.c ----
 *
 * The client_msg_id is "e-RUN-LANE-N": the lane is a number of the
 * measurement's own (a pair), N counts its messages.
 */
struct run {
	char mark[32]; /* "e-RUN-" */
	size_t mark_len;
};

void run_init(struct run *r);
/* The body of a send, in a static buffer. */
const char *message_body(const struct run *r, int lane, int64_t n);
/* The same as a request over WebSocket, with the id n. */
void message_put(struct link *l, const struct run *r, int64_t conv_id, int lane,
    int64_t n);
/* The number and status of an answer {"id":N,"status":S,...} in n_out; 0: the
 * text is none. */
int message_answer(struct str text, int64_t *n_out);

/*
 * ---- e2e_receiver.c: a WebSocket that takes copies ----
 *
 * It pulls when it is told to, and acknowledges what it has.  When the log of a
 * conversation in mode pull moves, it reads what is new there.
 */
struct receiver {
	struct link link;
	int64_t index; /* newest user_index */
	/* Of the conversation in mode pull: where its log is, how far it has
	 * been read; reading: an answer is due. */
	int64_t log_id, log_head, log_read;
	bool reading;
	int64_t acked;
	bool acks;
	size_t n_pulls;
};

typedef void copy_fn(void *arg, int lane, int64_t n);

void receiver_open(struct receiver *r, const struct target *t,
    const struct person *p, bool acks);
void receiver_close(struct receiver *r);
/* One text; calls fn for each copy of a message of this run in it.  False: it
 * is the answer to a request that is not the receiver's own. */
bool receiver_take(struct receiver *r, const struct run *run, struct str text,
    copy_fn *fn, void *arg);
/* Puts the acknowledgement, if something is new. */
void receiver_ack(struct receiver *r);

/*
 * ---- measurements ----
 *
 * Each prints one line, preceded by counters (counters.h).  answered= is the
 * number of messages or deliveries between "begin" and "end", messages= that of
 * messages where it differs.
 */

/* e2e_pairs.c: one sends to the other, over WebSocket or HTTP */
void pairs_run(const struct options *o, struct arena *a);
void pairs_http_run(const struct options *o, struct arena *a);
/* e2e_crowd.c: one sends to all members of a group */
void crowd_run(const struct options *o, struct arena *a);
/* With many idle connections of each member, and the memory of these. */
void wide_run(const struct options *o, struct arena *a);
/* e2e_seen.c: one message at a time */
void seen_run(const struct options *o, struct arena *a);

#endif
