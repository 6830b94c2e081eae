/*
 * fcgi_pool: the threads of a service that serves FastCGI (web/io_fcgi.c starts
 * and ends them).
 *
 * One thread at a time waits for the epoll set: the sockets, and the
 * connections whose request or answer is under way (web/fcgi_conn.h).  So a
 * request is worked on only when it has arrived whole, and a slow peer costs
 * memory and a descriptor, for [web] io_s at most.  The thread takes what has
 * arrived, lets the next one wait, and answers: one request, or several of a
 * route that does its work for all of them together.
 *
 * Requests of WEB_HEAVY routes are read and checked like all others, but their
 * handlers run in a second, smaller pool, so that no other request waits for
 * them.
 *
 * The memory of a request, a struct place, goes with it from thread to thread.
 */
#ifndef WEB_FCGI_POOL_H
#define WEB_FCGI_POOL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "web/fcgi_conn.h"
#include "web/fcgi_socket.h"
#include "web/queue.h"
#include "web/transport.h"

struct fcgi_place;

struct fcgi_pool {
	const struct web_app *app;
	struct fcgi_socket sockets[FCGI_SOCKETS];
	int epoll, over;       /* over: an eventfd, readable when threads may
				* end */
	pthread_mutex_t front; /* held by the thread that waits for the set */
	struct fcgi_parked parked;
	pthread_mutex_t places_lock;
	struct fcgi_place *places; /* that no request is in */
	pthread_t main;
	int64_t served_max; /* 0: unlimited */
	_Atomic int64_t served;
	struct web_queue heavy; /* of struct fcgi_place */
	bool has_heavy;
	atomic_int running; /* threads, without the heavy ones */
	atomic_int open;    /* connections whose answer is not written yet */
	atomic_bool is_closed[FCGI_SOCKETS]; /* nobody accepts any more */
	atomic_bool is_tired[FCGI_SOCKETS];  /* accepting failed: try later */
	atomic_bool is_shut;
};

/* Opens the set for pool->sockets. */
void fcgi_pool_init(struct fcgi_pool *pool, const struct web_app *app);
void fcgi_pool_release(struct fcgi_pool *pool);
/* The next client wakes the thread that waits. */
void fcgi_pool_arm(struct fcgi_pool *pool, struct fcgi_socket *s);
/* Nobody accepts any more. */
void fcgi_pool_disarm(struct fcgi_pool *pool, struct fcgi_socket *s);

/* Bodies of threads; pool is the argument. */
void *fcgi_pool_serve(void *pool);
void *fcgi_pool_serve_heavy(void *pool);

#endif
