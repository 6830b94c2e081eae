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
};

/*
 * Decides and writes n requests; fills result, error, entry of each.
 *
 * waits: for logs that others have locked; otherwise their requests end with
 * `locked`, undecided.  uncertain: the answer to an earlier COMMIT of these
 * requests was lost, so they are looked up first.
 */
int append_batch(const struct append_tools *tools,
    struct append_request *const *rqs, size_t n, bool waits, bool uncertain,
    struct error *err);

#endif
