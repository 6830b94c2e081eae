#include "im/conv/append_waiter.h"

#include <errno.h>
#include <time.h>

void append_waiter_init(struct append_waiter *w, size_t n)
{
	pthread_condattr_t attr;

	*w = (struct append_waiter){ .left = n };
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, &attr);
	pthread_condattr_destroy(&attr);
}

void append_waiter_release(struct append_waiter *w)
{
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
}

void append_wake(struct append_waiter *w)
{
	pthread_mutex_lock(&w->lock);
	w->look = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

void append_wake_done(struct append_waiter *w)
{
	pthread_mutex_lock(&w->lock);
	if (--w->left == 0)
		pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

static struct timespec time_in(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

bool append_sleep(struct append_waiter *w, int64_t ms)
{
	struct timespec until = time_in(ms);
	int rc = 0;
	bool done;

	pthread_mutex_lock(&w->lock);
	while (w->left && !w->look && rc != ETIMEDOUT)
		rc = ms ? pthread_cond_timedwait(&w->changed, &w->lock, &until)
			: pthread_cond_wait(&w->changed, &w->lock);
	w->look = false;
	done = !w->left;
	pthread_mutex_unlock(&w->lock);
	return done;
}
