/* append_batch: one combined transaction of im/append. */
#ifndef IM_APPEND_BATCH_H
#define IM_APPEND_BATCH_H

#include "im/conv/append.h"
#include "im/conv/append_known.h"
#include "im/conv/append_own.h"

/* What a leader works with. */
struct append_tools {
	struct db *db;
	struct arena *a;
	/* What was learnt before; NULL: it is looked up. */
	struct append_own *own;
	struct append_known *known;
	const struct append_server *server; /* NULL: none */
	void *serving;                      /* its open() */
	int64_t repeat_ms; /* when the last repeat was met; 0: none was */
};

/*
 * Decides and writes n requests; fills result, error, entry of each.
 *
 * Repeats are rare.  So earlier sends with the same client ids are looked up
 * only where somebody would be refused (a repeat never is), when the unique key
 * has found one, and for REPEAT_MS after that; and in conversations that have
 * scheduled messages.
 *
 * waits: for logs that others have locked; otherwise their requests end with
 * `locked`, undecided.  uncertain: the answer to an earlier COMMIT of these
 * requests was lost, so they are looked up first.
 */
int append_batch(struct append_tools *tools, struct append_request *const *rqs,
    size_t n, bool waits, bool uncertain, struct error *err);

/* For those who look up repeats themselves. */
struct append_prior;
/* rq is a repeat of p, or is p itself. */
void append_answer(struct append_request *rq, const struct append_prior *p,
    bool duplicate);
/* The client id of p with other content. */
int append_conflict(struct error *err);

#endif
