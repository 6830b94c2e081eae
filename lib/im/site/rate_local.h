/*
 * rate_local: counts of one process, shared by its threads.
 *
 * The floor of rates while memcached is away, when each process counts for
 * itself, and the slices in which a process takes part in a common count.  The
 * tables have a fixed size: where one is full, the lowest count of those that
 * share a place is forgotten, so a flood of names hides no name that is counted
 * often.
 */
#ifndef IM_RATE_LOCAL_H
#define IM_RATE_LOCAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/*
 * Adds n to the count of key, which is forgotten after ttl_ms, and returns it;
 * n 0 only reads.
 */
int64_t rate_local_count(struct str key, int64_t n, int64_t ttl_ms);

/*
 * Slices.  A process lets up to a RATE_LOCAL_SLICE-th of the limit pass before
 * it adds them to the common count, and never more than an eighth of what it
 * knows to be left.  So all processes together let at most the limit and one
 * such slice for each of them pass, and exactly the limit if there is one
 * process, or if the limit is below RATE_LOCAL_SLICE.
 */
#define RATE_LOCAL_SLICE 20

enum rate_local_answer {
	RATE_LOCAL_YES,
	RATE_LOCAL_NO,
	RATE_LOCAL_ASK, /* add to the common count, then rate_local_told() */
};

struct rate_local_share {
	int64_t add;  /* this request, and those that passed before */
	int64_t own;  /* the count of this process alone */
	int64_t used; /* of the limit, as far as this process knows */
};

/* Counts one request of key in a window that ends after ttl_ms.  Without
 * RATE_LOCAL_ASK, only share_out->used is set. */
enum rate_local_answer rate_local_take(struct str key, int64_t limit,
    int64_t ttl_ms, struct rate_local_share *share_out);
/*
 * After RATE_LOCAL_ASK, with its share.  total: the common count, with
 * share->add; -1: it is unavailable.  Whether the request is within the limit,
 * then that of this process.  Sets share->used.
 */
bool rate_local_told(struct str key, int64_t limit,
    struct rate_local_share *share, int64_t total);

#endif
