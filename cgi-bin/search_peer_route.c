/* What this host has of the search index, for other hosts. */
#include "search.h"

#include "base/log.h"
#include "io/bus_wake.h"
#include "io/fts_peers.h"
#include "search_index.h"
#include "search_peer.h"

#define QUESTION_MAX (2 * 1024 * 1024)

static int refuse(struct error *err)
{
	return err_set(err, ERR_UNAUTHENTICATED, "this is for other hosts");
}

static int look(struct web_request *rq, struct search_part *p,
    const struct search_part *asked, const struct search_filter *f,
    const struct search_place *at, struct search_question *q, struct error *err)
{
	const size_t steps = q->steps;

	if (search_part_begin(p, rq->arena, f, at, err) < 0)
		return -1;
	if (!q->begins) {
		p->names_logs = asked->names_logs;
		p->compares = asked->compares;
	}
	if (search_part_refill(p, rq->arena, f, &q->steps, err) < 0)
		return -1;
	q->steps = steps - q->steps;
	q->part = p;
	/* Whoever wants to find the newest message needs it soon. */
	if (p->n_due)
		bus_wake("search");
	return 0;
}

static int search_part(struct web_request *rq, struct error *err)
{
	struct service *s = service_of(rq);
	struct search_part asked = { 0 }, *p;
	struct search_question q = { .part = &asked };
	struct search_place at;
	struct search_filter f;
	struct str text, sealed;
	int64_t at_ms, now_ms;

	if (search_peer_unseal(s, rq->arena, SEARCH_PEER_ASKS, rq->raw_body,
		&text, err) < 0)
		return -1;
	if (!text.p)
		return refuse(err);
	if (db_now_ms(s->db, &now_ms, err) < 0 ||
	    search_peer_get_question(rq->arena, text, &f, &q, &at, &at_ms,
		err) < 0)
		return -1;
	if (at_ms < now_ms - SEARCH_PEER_AGE_MS ||
	    at_ms > now_ms + SEARCH_PEER_AGE_MS)
		return refuse(err);
	if (!fts_peers_is_here(asked.number))
		return err_set(err, ERR_NOT_FOUND,
		    "the part is not on this host");
	p = search_index_part(s, rq->arena, asked.number, err);
	if (!p || look(rq, p, &asked, &f, &at, &q, err) < 0 ||
	    search_peer_seal(s, rq->arena, SEARCH_PEER_ANSWERS,
		search_peer_put_answer(rq->arena, &q), &sealed, err) < 0)
		return -1;
	web_content_type(rq, "application/octet-stream");
	buf_str(rq->buf, sealed);
	return 0;
}

const struct web_route search_peer_routes[] = {
	{
	    .method = "POST",
	    .path = "/v1/search/part",
	    .name = "search.part",
	    .summary = "What a part of the index has, between hosts.",
	    .auth = WEB_AUTH_NONE,
	    .flags = WEB_RAW_TYPE | WEB_QUIET | WEB_UNLISTED,
	    .body_max = QUESTION_MAX,
	    .handle = search_part,
	},
	WEB_ROUTES_END,
};
