#include "io/http_client.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"

struct http_client {
	CURLM *multi;
};

struct transfer {
	struct http_call *call;
	CURL *easy;
	struct curl_slist *headers;
	struct buf in;
};

struct http_client *http_client_new(void)
{
	struct http_client *c = calloc(1, sizeof(*c));

	if (!c)
		die(EX_OSERR, "out of memory");
	c->multi = curl_multi_init();
	if (!c->multi)
		die(EX_OSERR, "out of memory");
	return c;
}

void http_client_free(struct http_client **c)
{
	if (!*c)
		return;
	curl_multi_cleanup((*c)->multi);
	free(*c);
	*c = NULL;
}

static size_t on_bytes(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	if (t->in.len + size * n > t->call->answer_max)
		return 0;
	buf_add(&t->in, p, size * n);
	return size * n;
}

static void add_header(struct transfer *t, const char *line)
{
	t->headers = curl_slist_append(t->headers, line);
	if (!t->headers)
		die(EX_OSERR, "out of memory");
}

static void begin(struct transfer *t, struct arena *a, struct http_call *call,
    int timeout_ms)
{
	CURL *e = curl_easy_init();

	if (!e)
		die(EX_OSERR, "out of memory");
	*t = (struct transfer){ .call = call, .easy = e };
	buf_init(&t->in);
	add_header(t,
	    arena_printf(a, "Content-Type: %.*s", STR_ARG(call->content_type))
		.p);
	/* To be asked for the body first would cost a round trip. */
	add_header(t, "Expect:");
	curl_easy_setopt(e, CURLOPT_URL,
	    arena_printf(a, "%.*s", STR_ARG(call->url)).p);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, call->body.p);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)call->body.len);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
}

/* Each ends by its own time at the latest. */
static void run(struct http_client *c, int timeout_ms)
{
	int running;

	do {
		if (curl_multi_perform(c->multi, &running) != CURLM_OK ||
		    (running && curl_multi_poll(c->multi, NULL, 0, timeout_ms,
				    NULL) != CURLM_OK))
			return;
	} while (running);
}

static void take_answers(struct http_client *c, struct arena *a)
{
	struct CURLMsg *m;
	struct transfer *t;
	long status;
	int left;

	while ((m = curl_multi_info_read(c->multi, &left))) {
		if (m->msg != CURLMSG_DONE || m->data.result != CURLE_OK)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		curl_easy_getinfo(m->easy_handle, CURLINFO_RESPONSE_CODE,
		    &status);
		t->call->status = (int)status;
		t->call->answer = arena_str(a, buf_view(&t->in));
	}
}

bool http_call_is_ok(const struct http_call *call)
{
	return call->status / 100 == 2;
}

void http_client_run(struct http_client *c, struct arena *a,
    struct http_call *calls, size_t n, int timeout_ms)
{
	struct transfer *transfers = ARENA_ARRAY(a, n, struct transfer);

	for (size_t i = 0; i < n; i++) {
		calls[i].status = 0;
		calls[i].answer = STR_NONE;
		begin(&transfers[i], a, &calls[i], timeout_ms);
		curl_multi_add_handle(c->multi, transfers[i].easy);
	}
	run(c, timeout_ms);
	take_answers(c, a);
	for (size_t i = 0; i < n; i++) {
		curl_multi_remove_handle(c->multi, transfers[i].easy);
		curl_easy_cleanup(transfers[i].easy);
		curl_slist_free_all(transfers[i].headers);
		buf_release(&transfers[i].in);
	}
}
