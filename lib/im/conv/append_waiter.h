/*
 * append_waiter: a thread that waits for its requests to be done.
 *
 * It has a lock of its own, so that threads that are done do not queue up for
 * that of the appender.
 */
#ifndef IM_APPEND_WAITER_H
#define IM_APPEND_WAITER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct append_waiter {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t left; /* requests that are not done */
	bool look;   /* at its requests: one may have to be led, or has moved */
};

/* For n requests. */
void append_waiter_init(struct append_waiter *w, size_t n);
void append_waiter_release(struct append_waiter *w);

void append_wake(struct append_waiter *w);
/* One more is done.  After the last one *w may be gone. */
void append_wake_done(struct append_waiter *w);
/* Until it is woken, all are done, or ms are over (0: no limit).  True: all are
 * done. */
bool append_sleep(struct append_waiter *w, int64_t ms);

#endif
