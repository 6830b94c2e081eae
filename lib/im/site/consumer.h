/*
 * consumer: who follows the logs.
 *
 * A consumer is a cursor into every log (log_cursor) and a list of the
 * conversations in which it has work (log_dirty).  A send marks fan-out
 * alone, in its own transaction; fan-out marks the others when it has done
 * its part, so they cost a send nothing.
 */
#ifndef IM_CONSUMER_H
#define IM_CONSUMER_H

enum consumer {
	CONSUMER_FANOUT = 1,
};

#endif
