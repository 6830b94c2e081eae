#include "search_peer.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/fts_peers.h"

#define NONCE_LEN  16
#define ANSWER_MAX (1024 * 1024)

struct search_peers {
	CURLM *multi; /* keeps the connections */
};

/* One question on its way. */
struct call {
	struct search_question *q;
	CURL *easy;
	struct buf in;
	bool is_done;
};

struct search_peers *search_peers_new(void)
{
	struct search_peers *x = calloc(1, sizeof(*x));

	if (!x)
		die(EX_OSERR, "out of memory");
	x->multi = curl_multi_init();
	if (!x->multi)
		die(EX_OSERR, "out of memory");
	return x;
}

void search_peers_free(struct search_peers **x)
{
	if (!*x)
		return;
	curl_multi_cleanup((*x)->multi);
	free(*x);
	*x = NULL;
}

static size_t on_bytes(char *p, size_t size, size_t n, void *arg)
{
	struct call *c = arg;

	if (c->in.len + size * n > ANSWER_MAX)
		return 0;
	buf_add(&c->in, p, size * n);
	return size * n;
}

static void set_up(struct call *c, struct arena *a, struct curl_slist *headers)
{
	struct str host = fts_peers_of(c->q->part->number);
	CURL *e = c->easy;

	curl_easy_setopt(e, CURLOPT_URL,
	    arena_printf(a, "%.*s/v1/search/part", STR_ARG(host)).p);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, c->q->message.p);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)c->q->message.len);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)SEARCH_PEER_WAIT_MS);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_PRIVATE, c);
}

/* Until all are over, which the time of each sees to. */
static void run(struct search_peers *x)
{
	struct CURLMsg *m;
	int running, left;

	do {
		if (curl_multi_perform(x->multi, &running) != CURLM_OK ||
		    (running && curl_multi_poll(x->multi, NULL, 0,
				    SEARCH_PEER_WAIT_MS, NULL) != CURLM_OK))
			return;
	} while (running);
	while ((m = curl_multi_info_read(x->multi, &left))) {
		struct call *c;
		long status;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
		curl_easy_getinfo(m->easy_handle, CURLINFO_RESPONSE_CODE,
		    &status);
		c->is_done = m->data.result == CURLE_OK && status == 200;
	}
}

/* What a part has, or that its host is away. */
static int take(struct service *s, struct arena *a, struct call *c,
    struct error *err)
{
	struct search_part *p = c->q->part;
	struct error why = { .code = ERR_NONE };
	struct str text = STR_NONE;

	if (c->is_done && search_peer_unseal(s, a, SEARCH_PEER_ANSWERS,
			      buf_view(&c->in), &text, err) < 0)
		return -1;
	if (text.p && search_peer_get_answer(a, text, c->q, &why) == 0)
		return 0;
	log_warn("search_peer", "part=%d away=1 answered=%d", p->number + 1,
	    c->is_done);
	stat_add(STAT_SEARCH_AWAY, 1);
	p->is_away = p->is_end = true;
	p->n = p->at = p->n_due = 0;
	p->built_ms = 0;
	c->q->steps = 0;
	return 0;
}

static int write_question(struct service *s, struct arena *a,
    const struct search_filter *f, struct search_question *q, struct error *err)
{
	uint8_t random[NONCE_LEN];

	crypto_random(random, sizeof(random));
	q->nonce = crypto_base64url(a, random, sizeof(random));
	return search_peer_seal(s, a, SEARCH_PEER_ASKS,
	    search_peer_put_question(a, f, q, f->now_ms), &q->message, err);
}

int search_peers_ask(struct search_peers *x, struct service *s, struct arena *a,
    const struct search_filter *f, struct search_question *list, size_t n,
    struct error *err)
{
	struct call *calls = ARENA_ARRAY(a, n, struct call);
	struct curl_slist *headers;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		if (write_question(s, a, f, &list[i], err) < 0)
			return -1;
	/* No "Expect: 100-continue": it costs a round trip. */
	headers = curl_slist_append(NULL,
	    "Content-Type: application/octet-stream");
	headers = curl_slist_append(headers, "Expect:");
	for (size_t i = 0; i < n; i++) {
		calls[i].q = &list[i];
		calls[i].easy = curl_easy_init();
		if (!calls[i].easy || !headers)
			die(EX_OSERR, "out of memory");
		buf_init(&calls[i].in);
		set_up(&calls[i], a, headers);
		curl_multi_add_handle(x->multi, calls[i].easy);
	}
	run(x);
	for (size_t i = 0; i < n; i++) {
		if (rc == 0)
			rc = take(s, a, &calls[i], err);
		curl_multi_remove_handle(x->multi, calls[i].easy);
		curl_easy_cleanup(calls[i].easy);
		buf_release(&calls[i].in);
	}
	curl_slist_free_all(headers);
	return rc;
}
