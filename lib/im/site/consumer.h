/*
 * consumer: the consumers of the logs.
 *
 * A consumer has a cursor into every log (log_cursor) and a list of the
 * conversations in which it has work (log_dirty).  A send marks only fan-out,
 * in its own transaction; fan-out marks the others after its own work, so they
 * do not slow down sends.
 *
 * The search index is not marked but looks for work itself, and keeps its
 * cursors in its own files (im/consumer/indexing.h).
 */
#ifndef IM_CONSUMER_H
#define IM_CONSUMER_H

enum consumer {
	CONSUMER_FANOUT = 1,
	CONSUMER_SEARCH = 2,
};

#endif
