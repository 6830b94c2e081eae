#include "search_peer.h"

#include "base/crypto.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/fts_peers.h"

#define NONCE_LEN  16
#define ANSWER_MAX (1024 * 1024)

/* A message that is to be sent. */
static int write_call(struct service *s, struct arena *a,
    const struct search_filter *f, struct search_question *q,
    struct http_call *call, struct error *err)
{
	struct str host = fts_peers_of(q->part->number);
	uint8_t random[NONCE_LEN];

	crypto_random(random, sizeof(random));
	q->nonce = crypto_base64url(a, random, sizeof(random));
	*call = (struct http_call){
		.url = arena_printf(a, "%.*s/v1/search/part", STR_ARG(host)),
		.content_type = STR("application/octet-stream"),
		.answer_max = ANSWER_MAX,
	};
	return search_peer_seal(s, a, SEARCH_PEER_ASKS,
	    search_peer_put_question(a, f, q, f->now_ms), &call->body, err);
}

static void be_away(struct search_question *q, int status)
{
	struct search_part *p = q->part;

	log_warn("search_peer", "part=%d away=1 status=%d", p->number + 1,
	    status);
	stat_add(STAT_SEARCH_AWAY, 1);
	p->is_end = true;
	p->n = p->at = p->n_due = 0;
	p->built_ms = 0;
	q->steps = 0;
}

static int read_answer(struct service *s, struct arena *a,
    struct search_question *q, const struct http_call *call, struct error *err)
{
	struct error why = { .code = ERR_NONE };
	struct str text = STR_NONE;

	if (http_call_is_ok(call) &&
	    search_peer_unseal(s, a, SEARCH_PEER_ANSWERS, call->answer, &text,
		err) < 0)
		return -1;
	if (!text.p || search_peer_get_answer(a, text, q, &why) < 0)
		be_away(q, call->status);
	return 0;
}

int search_peers_ask(struct http_client *client, struct service *s,
    struct arena *a, const struct search_filter *f,
    struct search_question *list, size_t n, struct error *err)
{
	struct http_call *calls = ARENA_ARRAY(a, n, struct http_call);

	for (size_t i = 0; i < n; i++)
		if (write_call(s, a, f, &list[i], &calls[i], err) < 0)
			return -1;
	http_client_run(client, a, calls, n, SEARCH_PEER_WAIT_MS);
	for (size_t i = 0; i < n; i++)
		if (read_answer(s, a, &list[i], &calls[i], err) < 0)
			return -1;
	return 0;
}
