/*
 * What one host tells another about a search, once it is unsealed: any text is
 * a question (or an answer) or none, and a question that was read is written
 * and read again as the same.
 */
#include <stdlib.h>

#include "../../cgi-bin/search_peer_text.c"

#include "base/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_question(struct arena *a, struct str text)
{
	struct search_part part = { 0 }, again_part = { 0 };
	struct search_question q = { .part = &part };
	struct search_question again = { .part = &again_part };
	struct search_filter f, g;
	struct search_place at, again_at;
	struct error err;
	int64_t ms;

	if (search_peer_get_question(a, text, &f, &q, &at, &ms, &err) < 0)
		return;
	part.tag = at.tag;
	part.below = at.below;
	q.chats = f.chats;
	q.n_chats = f.n_chats;
	if (search_peer_get_question(a, search_peer_put_question(a, &f, &q, ms),
		&g, &again, &again_at, &ms, &err) < 0)
		abort();
	if (g.n_chats != f.n_chats || g.n_phrases != f.n_phrases ||
	    g.sender_id != f.sender_id || again_at.below != at.below ||
	    !str_eq(q.nonce, again.nonce))
		abort();
}

static void read_answer(struct arena *a, struct str text)
{
	struct search_part part = { .tag = 1 };
	struct search_place at = { 0 };
	struct search_question q = { .part = &part,
		.nonce = STR("n"),
		.begins = text.len % 2 ? &at : NULL };
	struct error err;

	if (search_peer_get_answer(a, text, &q, &err) < 0)
		return;
	for (size_t i = 0; i < part.n; i++)
		if (part.hits[i].part != part.number)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct arena a;

	conf.search.shards = 4;
	arena_init(&a);
	read_question(&a, text);
	read_answer(&a, text);
	arena_release(&a);
	return 0;
}
