#include "web/fcgi_conn.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

#define PARTS_MAX  512 /* of one system call */
#define PARKED_MAX 2048
#define HELD_MAX   (64 * 1024 * 1024)

struct fcgi_conn *fcgi_conn_new(int fd)
{
	struct fcgi_conn *c = calloc(1, sizeof(*c));

	if (!c)
		die(EX_OSERR, "out of memory");
	c->fd = fd;
	fcgi_input_init(&c->in);
	buf_init(&c->out);
	return c;
}

void fcgi_conn_free(struct fcgi_conn **c)
{
	close((*c)->fd);
	fcgi_input_release(&(*c)->in);
	buf_release(&(*c)->out);
	free(*c);
	*c = NULL;
}

static bool is_again(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* ---- the request ---- */

static bool is_whole(const struct fcgi_conn *c)
{
	return c->in.has_params &&
	       (c->in.ended || c->in.body.len >= c->body_room);
}

enum fcgi_step fcgi_conn_read(struct fcgi_conn *c, char *buffer, size_t size)
{
	const bool had_params = c->in.has_params;

	while (!is_whole(c)) {
		ssize_t n = recv(c->fd, buffer, size, 0);

		if (n < 0 && is_again() && !c->is_late)
			return FCGI_WAIT;
		/* A request that is cut off is answered, too. */
		if (n <= 0)
			return had_params ? FCGI_WHOLE : FCGI_GONE;
		if (fcgi_input_feed(&c->in, buffer, (size_t)n) < 0)
			return FCGI_GONE;
		if (!had_params && c->in.has_params)
			return FCGI_PARAMS;
	}
	return FCGI_WHOLE;
}

/* ---- the answer ---- */

/* Each state has a time of its own. */
static void enter(struct fcgi_conn *c, enum fcgi_state state)
{
	c->state = state;
	c->until_ms = 0;
	c->is_late = false;
}

static void keep(struct fcgi_conn *c, const struct fcgi_output *out,
    size_t written)
{
	for (int i = 0; i < out->n_parts; i++) {
		const struct iovec *v = &out->parts[i];
		size_t skip = written < v->iov_len ? written : v->iov_len;

		buf_add(&c->out, (char *)v->iov_base + skip, v->iov_len - skip);
		written -= skip;
	}
}

enum fcgi_step fcgi_conn_write(struct fcgi_conn *c,
    const struct fcgi_output *out)
{
	struct msghdr msg = {
		.msg_iov = out->parts,
		.msg_iovlen = (size_t)(out->n_parts < PARTS_MAX ? out->n_parts
								: PARTS_MAX),
	};
	ssize_t n = sendmsg(c->fd, &msg, MSG_NOSIGNAL);

	if (n < 0 && !is_again())
		return FCGI_GONE;
	if (n == (ssize_t)out->len)
		return fcgi_conn_finish(c);
	enter(c, FCGI_WRITING);
	keep(c, out, n > 0 ? (size_t)n : 0);
	return fcgi_conn_flush(c);
}

enum fcgi_step fcgi_conn_flush(struct fcgi_conn *c)
{
	while (c->out.len) {
		ssize_t n = send(c->fd, c->out.p, c->out.len, MSG_NOSIGNAL);

		if (n < 0 && is_again() && !c->is_late)
			return FCGI_WAIT;
		if (n < 0)
			return FCGI_GONE;
		buf_drop(&c->out, (size_t)n);
	}
	buf_shrink(&c->out, 0);
	return fcgi_conn_finish(c);
}

static enum fcgi_step rest(struct fcgi_conn *c)
{
	fcgi_input_next(&c->in);
	c->body_room = 0;
	enter(c, FCGI_IDLE);
	return FCGI_WAIT;
}

enum fcgi_step fcgi_conn_finish(struct fcgi_conn *c)
{
	if (c->in.ended && c->in.keeps)
		return rest(c);
	if (c->in.ended || (!c->in.keeps && shutdown(c->fd, SHUT_WR) < 0))
		return FCGI_GONE;
	enter(c, FCGI_LINGERING);
	return FCGI_WAIT;
}

enum fcgi_step fcgi_conn_linger(struct fcgi_conn *c, char *buffer, size_t size)
{
	ssize_t n;

	while ((n = recv(c->fd, buffer, size, 0)) > 0 && !c->is_late) {
		if (!c->in.keeps)
			continue;
		if (fcgi_input_feed(&c->in, buffer, (size_t)n) < 0)
			return FCGI_GONE;
		if (c->in.ended)
			return fcgi_conn_finish(c);
	}
	return n < 0 && is_again() && !c->is_late ? FCGI_WAIT : FCGI_GONE;
}

void fcgi_conn_resume(struct fcgi_conn *c)
{
	enter(c, FCGI_READING);
}

void fcgi_conn_leave(struct fcgi_conn *c)
{
	enter(c, FCGI_ARRIVED);
}

/* What the peer sends is a request, or part of one. */
static bool is_asking(const struct fcgi_conn *c)
{
	return c->state == FCGI_READING || c->state == FCGI_ARRIVED ||
	       c->state == FCGI_IDLE;
}

/* The peer has nothing more to say, but its socket takes an answer: so one that
 * has arrived is ready at once. */
static uint32_t awaited(const struct fcgi_conn *c)
{
	return c->state == FCGI_WRITING || c->state == FCGI_ARRIVED
		   ? EPOLLOUT
		   : EPOLLIN;
}

/* ---- the set ---- */

void fcgi_parked_init(struct fcgi_parked *p, int epoll)
{
	*p = (struct fcgi_parked){ .epoll = epoll };
	pthread_mutex_init(&p->lock, NULL);
}

/*
 * shutdown() makes the socket ready.  It does not arm the connection again: an
 * event that a thread has just taken stays the only one.
 */
static void cut(struct fcgi_parked *p, struct fcgi_conn *c)
{
	if (c->is_late)
		return;
	c->is_late = true;
	p->held -= c->held;
	p->n--;
	c->held = 0;
	p->n_cut += c->state == FCGI_READING || c->state == FCGI_WRITING;
	shutdown(c->fd, is_asking(c) ? SHUT_RD : SHUT_RDWR);
}

static void make_room(struct fcgi_parked *p)
{
	for (struct fcgi_conn *c = p->last;
	     c && (p->n >= PARKED_MAX || p->held >= HELD_MAX); c = c->prev)
		cut(p, c);
}

void fcgi_park(struct fcgi_parked *p, struct fcgi_conn *c, int64_t wait_ms)
{
	struct epoll_event ev = {
		.events = EPOLLONESHOT | awaited(c),
		.data.ptr = c,
	};
	int op = c->is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
	bool is_idle = c->state == FCGI_IDLE;

	pthread_mutex_lock(&p->lock);
	if (is_idle && p->retires)
		shutdown(c->fd, SHUT_RD);
	p->n_idle += is_idle;
	if (!c->until_ms)
		c->until_ms = clock_mono_ms() + wait_ms;
	c->is_known = true;
	c->held = c->in.params.cap + c->in.body.cap + c->out.cap;
	make_room(p);
	c->prev = NULL;
	c->next = p->first;
	if (c->next)
		c->next->prev = c;
	else
		p->last = c;
	p->first = c;
	p->n++;
	p->held += c->held;
	if (epoll_ctl(p->epoll, op, c->fd, &ev) < 0)
		die(EX_OSERR, "epoll_ctl: %m");
	pthread_mutex_unlock(&p->lock);
}

void fcgi_unpark(struct fcgi_parked *p, struct fcgi_conn *c)
{
	pthread_mutex_lock(&p->lock);
	if (c->prev)
		c->prev->next = c->next;
	else
		p->first = c->next;
	if (c->next)
		c->next->prev = c->prev;
	else
		p->last = c->prev;
	p->n_idle -= c->state == FCGI_IDLE;
	if (!c->is_late) {
		p->n--;
		p->held -= c->held;
	}
	pthread_mutex_unlock(&p->lock);
}

size_t fcgi_parked_expire(struct fcgi_parked *p)
{
	int64_t now = clock_mono_ms();
	size_t n;

	pthread_mutex_lock(&p->lock);
	for (struct fcgi_conn *c = p->first; c; c = c->next)
		if (now >= c->until_ms)
			cut(p, c);
	n = p->n_cut;
	p->n_cut = 0;
	pthread_mutex_unlock(&p->lock);
	return n;
}

void fcgi_parked_retire(struct fcgi_parked *p)
{
	pthread_mutex_lock(&p->lock);
	p->retires = true;
	for (struct fcgi_conn *c = p->first; c; c = c->next)
		if (c->state == FCGI_IDLE)
			shutdown(c->fd, SHUT_RD);
	pthread_mutex_unlock(&p->lock);
}

size_t fcgi_parked_idle(struct fcgi_parked *p)
{
	size_t n;

	pthread_mutex_lock(&p->lock);
	n = p->n_idle;
	pthread_mutex_unlock(&p->lock);
	return n;
}
