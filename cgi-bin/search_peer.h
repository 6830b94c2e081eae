/*
 * search_peer: asks other hosts for what their parts of the search index have.
 *
 * A question goes to the web server of the host ([search] peers) as
 *
 *     POST /v1/search/part     application/octet-stream
 *
 * with a body that is encrypted and authenticated, as is the answer, with keys
 * made of one that all hosts have in their database: nobody else can ask, or
 * answer.  An answer belongs to its question by a random text; a question is
 * good for SEARCH_PEER_AGE_MS.  Inside is JSON, on which the two hosts, of the
 * same version, agree; ids are numbers there.
 *
 * A host that does not answer in SEARCH_PEER_WAIT_MS is searched without: the
 * answer to the user then says that nothing is surely in it.
 */
#ifndef CGI_SEARCH_PEER_H
#define CGI_SEARCH_PEER_H

#include "io/http_client.h"
#include "search_part.h"
#include "service.h"

#define SEARCH_PEER_AGE_MS  30000
#define SEARCH_PEER_WAIT_MS 2000

/* What is asked of a part: search_part_begin() at a place, if there is one,
 * and search_part_refill(). */
struct search_question {
	struct search_part *part;
	const struct search_place *begins; /* or NULL: it goes on */
	const struct found_chat *chats;    /* of the part */
	size_t n_chats;
	size_t steps;     /* the most; then: what was used */
	struct str nonce; /* of its own */
};

/* All at once.  A part whose host does not answer is at its end, and built_ms
 * is 0. */
int search_peers_ask(struct http_client *client, struct service *s,
    struct arena *a, const struct search_filter *f,
    struct search_question *list, size_t n, struct error *err);

/* ---- the question and the answer as text: search_peer_text.c ---- */

enum search_peer_key { SEARCH_PEER_ASKS, SEARCH_PEER_ANSWERS };

int search_peer_seal(struct service *s, struct arena *a,
    enum search_peer_key which, struct str text, struct str *out,
    struct error *err);
/* out STR_NONE: it is not genuine. */
int search_peer_unseal(struct service *s, struct arena *a,
    enum search_peer_key which, struct str sealed, struct str *out,
    struct error *err);

struct str search_peer_put_question(struct arena *a,
    const struct search_filter *f, const struct search_question *q,
    int64_t now_ms);
/* Fills all three, and at_ms_out; part is empty but for number and what a
 * search that goes on needs.  INVALID_ARGUMENT: it is none. */
int search_peer_get_question(struct arena *a, struct str text,
    struct search_filter *f, struct search_question *q, struct search_place *at,
    int64_t *at_ms_out, struct error *err);

struct str search_peer_put_answer(struct arena *a,
    const struct search_question *q);
/* Fills the part.  INVALID_ARGUMENT: it is no answer to q. */
int search_peer_get_answer(struct arena *a, struct str text,
    struct search_question *q, struct error *err);

#endif
