#include "io/http_client_h2.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

#define EVENTS         64
#define ANSWER_KEEP    4096
#define STREAMS        1000 /* on a connection; the host may allow fewer */
#define CONNECT_MAX_MS 10000

/*
 * The connections of a pool since http_h2_new() or the last renewal.  An old
 * one is freed when its last call has ended.
 */
struct link {
	CURLM *multi;
	struct http_h2_pool *pool;
	size_t place;   /* in the list of all links; epoll names it by that */
	int64_t due_ms; /* of curl's timer, monotonic; -1: none */
	struct http_h2_transfer *running;
	/*
	 * Calls that wait for the end of the first one: a host may allow a
	 * single stream until then, and what it refuses curl repeats over a
	 * connection each.
	 */
	struct http_h2_transfer *held;
	bool is_warm;
	bool is_old;
};

/* An easy handle and what it needs; kept for the next call. */
struct http_h2_transfer {
	CURL *easy;
	struct curl_slist *headers;
	struct buf in, text;
	struct http_h2_call *call;
	struct link *link;
	struct http_h2_transfer *next, *previous; /* that run, or are spare */
};

struct http_h2_pool {
	struct http_h2 *h;
	struct http_h2_options options;
	struct link *link;
	struct http_h2_transfer *spare;
};

struct http_h2 {
	int epoll;
	struct link **links;
	size_t n_links;
	size_t n_ended;
};

static void *allocated(void *p)
{
	if (!p)
		die(EX_OSERR, "out of memory");
	return p;
}

struct http_h2 *http_h2_new(void)
{
	struct http_h2 *h = allocated(calloc(1, sizeof(*h)));

	h->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (h->epoll < 0)
		die(EX_OSERR, "epoll_create1");
	return h;
}

void http_h2_free(struct http_h2 **h)
{
	if (!*h)
		return;
	close((*h)->epoll);
	free((*h)->links);
	free(*h);
	*h = NULL;
}

/* ---- links ---- */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
    void *known)
{
	struct link *l = arg;
	struct epoll_event e = {
		.events = (what & CURL_POLL_IN ? EPOLLIN : 0) |
			  (what & CURL_POLL_OUT ? EPOLLOUT : 0),
		.data.u64 = (uint64_t)l->place << 32 | (uint32_t)fd,
	};
	int epoll = l->pool->h->epoll;

	(void)easy;
	(void)known;
	if (what == CURL_POLL_REMOVE) {
		/* It may be closed already. */
		(void)epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &e) < 0 &&
	    (errno != ENOENT || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) < 0))
		return -1;
	return 0;
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
	struct link *l = arg;

	(void)multi;
	l->due_ms = ms < 0 ? -1 : clock_mono_ms() + ms;
	return 0;
}

static size_t free_place(struct http_h2 *h)
{
	size_t i = 0;

	while (i < h->n_links && h->links[i])
		i++;
	if (i == h->n_links)
		h->links = allocated(
		    reallocarray(h->links, ++h->n_links, sizeof(*h->links)));
	return i;
}

static struct link *link_new(struct http_h2_pool *p)
{
	struct link *l = allocated(calloc(1, sizeof(*l)));

	l->multi = allocated(curl_multi_init());
	l->pool = p;
	l->due_ms = -1;
	l->place = free_place(p->h);
	p->h->links[l->place] = l;
	curl_multi_setopt(l->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(l->multi, CURLMOPT_SOCKETDATA, l);
	curl_multi_setopt(l->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(l->multi, CURLMOPT_TIMERDATA, l);
	curl_multi_setopt(l->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
	    (long)p->options.connections);
	curl_multi_setopt(l->multi, CURLMOPT_MAX_CONCURRENT_STREAMS,
	    (long)STREAMS);
	return l;
}

static void link_free(struct link *l)
{
	l->pool->h->links[l->place] = NULL;
	curl_multi_cleanup(l->multi);
	free(l);
}

/* ---- transfers ---- */

static size_t on_bytes(char *p, size_t size, size_t n, void *arg)
{
	struct http_h2_transfer *t = arg;

	if (size * n > t->call->answer_max - t->in.len)
		return 0;
	buf_add(&t->in, p, size * n);
	return size * n;
}

static struct http_h2_transfer *transfer_new(struct http_h2_pool *p)
{
	struct http_h2_transfer *t = allocated(calloc(1, sizeof(*t)));
	CURL *e = allocated(curl_easy_init());

	t->easy = e;
	buf_init(&t->in);
	buf_init(&t->text);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(e, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	if (p->options.ca_file) {
		curl_easy_setopt(e, CURLOPT_CAINFO, p->options.ca_file);
		curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	}
	return t;
}

static void transfer_free(struct http_h2_transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->headers);
	buf_release(&t->in);
	buf_release(&t->text);
	free(t);
}

/* curl copies the line. */
static void add_header(struct http_h2_transfer *t,
    const struct http_h2_header *h)
{
	buf_clear(&t->text);
	buf_printf(&t->text, "%s:%s%.*s", h->name, h->value.len ? " " : "",
	    STR_ARG(h->value));
	t->headers = allocated(curl_slist_append(t->headers, t->text.p));
}

static void fill(struct http_h2_transfer *t, struct http_h2_call *call)
{
	/* To be asked for the body first would cost a round trip. */
	static const struct http_h2_header no_expect = { "expect", { "", 0 } };
	CURL *e = t->easy;

	for (size_t i = 0; i < call->n_headers; i++)
		add_header(t, &call->headers[i]);
	add_header(t, &no_expect);
	buf_clear(&t->text);
	buf_str(&t->text, call->url);
	curl_easy_setopt(e, CURLOPT_URL, t->text.p);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS,
	    call->body.p ? call->body.p : "");
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)call->body.len);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(call->timeout_ms < CONNECT_MAX_MS ? call->timeout_ms
						     : CONNECT_MAX_MS));
}

static void put_first(struct http_h2_transfer **list,
    struct http_h2_transfer *t)
{
	t->previous = NULL;
	t->next = *list;
	if (t->next)
		t->next->previous = t;
	*list = t;
}

static void take_out(struct http_h2_transfer **list, struct http_h2_transfer *t)
{
	if (t->previous)
		t->previous->next = t->next;
	else
		*list = t->next;
	if (t->next)
		t->next->previous = t->previous;
}

static void begin(struct http_h2_transfer *t)
{
	put_first(&t->link->running, t);
	if (curl_multi_add_handle(t->link->multi, t->easy) != CURLM_OK)
		die(EX_OSERR, "curl_multi_add_handle");
}

static void release_held(struct link *l)
{
	struct http_h2_transfer *t;

	while ((t = l->held)) {
		take_out(&l->held, t);
		begin(t);
	}
}

static void place(struct http_h2_pool *p, struct http_h2_transfer *t)
{
	t->link = p->link;
	if (t->link->is_warm || !t->link->running)
		begin(t);
	else
		put_first(&t->link->held, t);
}

void http_h2_submit(struct http_h2_pool *p, struct http_h2_call *call)
{
	struct http_h2_transfer *t = p->spare;

	if (t)
		p->spare = t->next;
	else
		t = transfer_new(p);
	call->transfer = t;
	t->call = call;
	fill(t, call);
	place(p, t);
}

bool http_h2_is_old(const struct http_h2_call *call)
{
	return call->transfer->link->is_old;
}

/* ---- ends ---- */

/* Whether curl has begun to send it. */
static bool has_begun(CURL *easy)
{
	curl_off_t us = 0;

	return curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &us) ==
		   CURLE_OK &&
	       us > 0;
}

static const char *why_of(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "no_host";
	case CURLE_COULDNT_CONNECT:
		return "no_connection";
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return "tls";
	case CURLE_OPERATION_TIMEDOUT:
		return "timeout";
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return "http2";
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return "closed";
	case CURLE_WRITE_ERROR:
		return "too_long";
	default:
		return "failed";
	}
}

/* A stream that was reset says nothing about the others. */
static bool is_broken(CURLcode code)
{
	switch (code) {
	case CURLE_HTTP2:
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return true;
	default:
		return false;
	}
}

static bool is_answered(struct http_h2_transfer *t, CURLcode code)
{
	long status = 0;

	if (code != CURLE_OK ||
	    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status) !=
		CURLE_OK)
		return false;
	t->call->status = (int)status;
	return status > 0;
}

static void end(struct http_h2_transfer *t, CURLcode code)
{
	struct http_h2_call *call = t->call;
	struct link *l = t->link;
	struct curl_header *header;

	call->status = 0;
	call->why = NULL;
	call->is_broken = is_broken(code);
	call->answer = buf_view(&t->in);
	call->retry_after = STR_NONE;
	if (is_answered(t, code)) {
		call->end = HTTP_H2_ANSWERED;
		if (curl_easy_header(t->easy, "retry-after", 0, CURLH_HEADER,
			-1, &header) == CURLHE_OK)
			call->retry_after = str_of(header->value);
	} else {
		call->end = has_begun(t->easy) ? HTTP_H2_UNKNOWN
					       : HTTP_H2_UNSENT;
		call->why = why_of(code);
	}
	take_out(&l->running, t);
	l->pool->h->n_ended++;
	/* The caller's memory is its own again. */
	curl_multi_remove_handle(l->multi, t->easy);
	call->done(call);
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	t->call = NULL;
	buf_clear(&t->in);
	buf_shrink(&t->in, ANSWER_KEEP);
	t->next = l->pool->spare;
	l->pool->spare = t;
	l->is_warm = true;
	release_held(l);
}

static void take_ends(struct link *l)
{
	struct http_h2_transfer *t;
	struct CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(l->multi, &left))) {
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		end(t, code);
	}
}

/* ---- pools ---- */

struct http_h2_pool *http_h2_pool_new(struct http_h2 *h,
    const struct http_h2_options *o)
{
	struct http_h2_pool *p = allocated(calloc(1, sizeof(*p)));

	p->h = h;
	p->options = *o;
	p->link = link_new(p);
	return p;
}

void http_h2_pool_free(struct http_h2_pool **p)
{
	struct http_h2_transfer *t;

	if (!*p)
		return;
	for (size_t i = 0; i < (*p)->h->n_links; i++) {
		struct link *l = (*p)->h->links[i];

		if (!l || l->pool != *p)
			continue;
		release_held(l);
		while (l->running)
			end(l->running, CURLE_ABORTED_BY_CALLBACK);
		link_free(l);
	}
	while ((t = (*p)->spare)) {
		(*p)->spare = t->next;
		transfer_free(t);
	}
	free(*p);
	*p = NULL;
}

void http_h2_renew(struct http_h2_pool *p)
{
	struct link *old = p->link;
	struct http_h2_transfer *t;

	old->is_old = true;
	p->link = link_new(p);
	/* The first of them is the first of the new connection. */
	while ((t = old->held)) {
		take_out(&old->held, t);
		place(p, t);
	}
}

/* ---- the loop ---- */

static void run_timers(struct http_h2 *h)
{
	int64_t now = clock_mono_ms();
	int running;

	for (size_t i = 0; i < h->n_links; i++) {
		struct link *l = h->links[i];

		if (!l || l->due_ms < 0 || l->due_ms > now)
			continue;
		l->due_ms = -1;
		curl_multi_socket_action(l->multi, CURL_SOCKET_TIMEOUT, 0,
		    &running);
		take_ends(l);
	}
}

static int wait_ms(const struct http_h2 *h, int64_t until_ms)
{
	int64_t now = clock_mono_ms(), due = until_ms;

	for (size_t i = 0; i < h->n_links; i++)
		if (h->links[i] && h->links[i]->due_ms >= 0 &&
		    h->links[i]->due_ms < due)
			due = h->links[i]->due_ms;
	return due > now ? (int)(due - now) : 0;
}

/* An event of a link that is gone, or of a socket that it does not know any
 * more, does nothing. */
static void take_event(struct http_h2 *h, const struct epoll_event *e)
{
	size_t place = (size_t)(e->data.u64 >> 32);
	struct link *l = place < h->n_links ? h->links[place] : NULL;
	int what = (e->events & EPOLLIN ? CURL_CSELECT_IN : 0) |
		   (e->events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
		   (e->events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
	int running;

	if (!l)
		return;
	curl_multi_socket_action(l->multi,
	    (curl_socket_t)(e->data.u64 & UINT32_MAX), what, &running);
	take_ends(l);
}

static void free_old(struct http_h2 *h)
{
	for (size_t i = 0; i < h->n_links; i++)
		if (h->links[i] && h->links[i]->is_old && !h->links[i]->running)
			link_free(h->links[i]);
}

size_t http_h2_run(struct http_h2 *h, int timeout_ms)
{
	int64_t until = clock_mono_ms() + timeout_ms;
	struct epoll_event events[EVENTS];
	int n = 0;

	h->n_ended = 0;
	do {
		run_timers(h);
		if (h->n_ended)
			break;
		n = epoll_wait(h->epoll, events, EVENTS, wait_ms(h, until));
		for (int i = 0; i < n; i++)
			take_event(h, &events[i]);
	} while (n >= 0 && !h->n_ended && clock_mono_ms() < until);
	free_old(h);
	return h->n_ended;
}
