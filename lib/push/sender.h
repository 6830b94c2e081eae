/*
 * sender: sends notices to providers, many at a time, and tells the outcome of
 * each.
 *
 * A line belongs to one credential, with connections of its own (APNs holds a
 * connection to the key that was used first) and authorization that is renewed
 * before it ends.  A notice is sent once, and once more only with new
 * authorization (PUSH_RENEW); whatever else is to be repeated is the caller's
 * to submit again.
 *
 * Every notice that was submitted has exactly one result, in any order, from
 * push_sender_run() or push_line_close().  A sender belongs to one thread.
 * Times are those of the host: authorization is dated by them.
 */
#ifndef PUSH_SENDER_H
#define PUSH_SENDER_H

#include "base/err.h"
#include "push/origin.h"
#include "push/provider.h"

struct push_sender;
struct push_line;

struct push_result {
	void *own; /* what push_submit() was given */
	struct push_line *line;
	struct push_outcome outcome; /* valid during the call */
	int attempt; /* 0: no provider has got it, so that it may be sent as if
			for the first time; 2: with new authorization */
	int64_t took_ms; /* since it was submitted */
};

/* May submit; must not close a line or run the sender. */
typedef void push_done_fn(void *arg, const struct push_result *r);

struct push_sender *push_sender_new(const struct push_limits *limits,
    push_done_fn *done, void *arg);
/* Closes all lines. */
void push_sender_free(struct push_sender **s);

/*
 * json: the credential as it was PUT.  base: usually push_origin(); its texts
 * are copied.  INVALID_ARGUMENT, with the field.
 */
int push_line_open(struct push_sender *s, const struct push_provider *p,
    struct str json, const struct push_base *base, struct push_line **out,
    struct error *err);
/* What is under way ends as PUSH_UNKNOWN, what was not sent as PUSH_RETRY. */
void push_line_close(struct push_line **l);

/* How many more may be submitted now; none during a pause. */
size_t push_line_room(const struct push_line *l);
/*
 * 0, or ms until the line sends again, since the provider has asked for a
 * pause (PUSH_SLOW).  What had not been sent by then has come back with that
 * outcome and attempt 0.
 */
int64_t push_line_pause_ms(const struct push_line *l);

/*
 * Address and notice are copied.  The result comes from a later
 * push_sender_run(), also if the notice cannot be sent at all.
 */
void push_submit(struct push_line *l, const struct push_address *to,
    const struct push_notice *n, void *own);

/*
 * Sends and receives until there are results, timeout_ms have passed or a
 * signal has come, or for less; returns the number of results.
 */
size_t push_sender_run(struct push_sender *s, int timeout_ms);
/* Notices without a result. */
size_t push_sender_busy(const struct push_sender *s);

/*
 * Gets authorization without sending anything, to check a credential: done is
 * called with `own` and PUSH_DONE, or with why there is none.
 */
void push_line_check(struct push_line *l, void *own);

#endif
