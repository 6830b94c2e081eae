#include "search_peer.h"

#include "base/buf.h"
#include "base/crypto.h"
#include "io/fts_file.h"
#include "io/json.h"
#include "io/json_writer.h"

/* ---- sealing ---- */

/* Each way has its own key, so a question is never taken for an answer. */
static int key_of(struct service *s, struct arena *a,
    enum search_peer_key which, uint8_t key[CRYPTO_KEY_LEN], struct error *err)
{
	const struct str way = which == SEARCH_PEER_ASKS
				   ? STR("search asks")
				   : STR("search answers");
	struct str secret;

	_Static_assert(CRYPTO_HASH_LEN == CRYPTO_KEY_LEN, "a hash is a key");
	if (server_key_get(s->db, a, SERVER_KEY_SEARCH, &secret, err) < 0)
		return -1;
	crypto_hmac(key, secret, way);
	return 0;
}

int search_peer_seal(struct service *s, struct arena *a,
    enum search_peer_key which, struct str text, struct str *out,
    struct error *err)
{
	uint8_t key[CRYPTO_KEY_LEN];

	if (key_of(s, a, which, key, err) < 0)
		return -1;
	*out = crypto_seal(a, key, text);
	return 0;
}

int search_peer_unseal(struct service *s, struct arena *a,
    enum search_peer_key which, struct str sealed, struct str *out,
    struct error *err)
{
	uint8_t key[CRYPTO_KEY_LEN];

	if (key_of(s, a, which, key, err) < 0)
		return -1;
	*out = crypto_unseal(a, key, sealed);
	return 0;
}

static int bad(struct error *err)
{
	return err_set(err, ERR_INVALID_ARGUMENT,
	    "not of a host with this version");
}

static struct str text_of(struct arena *a, struct buf *b)
{
	struct str s = arena_str(a, buf_view(b));

	buf_release(b);
	return s;
}

/* The numbers of a list of n * each of them; NULL: it is none. */
static const json_t *numbers(const json_t *obj, const char *key, size_t each,
    size_t *n_out)
{
	const json_t *list = json_object_get(obj, key), *v;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) % each)
		return NULL;
	json_array_foreach(list, i, v) if (!json_is_integer(v)) return NULL;
	*n_out = json_array_size(list) / each;
	return list;
}

static int64_t number(const json_t *list, size_t i)
{
	return json_integer_value(json_array_get(list, i));
}

/* ---- the question ---- */

static void put_phrases(struct json_writer *w, const struct search_filter *f)
{
	json_key(w, "phrases");
	json_begin_list(w);
	for (size_t i = 0; i < f->n_phrases; i++) {
		json_begin(w);
		json_put_str(w, "terms", f->phrases[i].terms);
		json_put_bool(w, "open", f->phrases[i].is_open);
		json_end(w);
	}
	json_end_list(w);
}

struct str search_peer_put_question(struct arena *a,
    const struct search_filter *f, const struct search_question *q,
    int64_t now_ms)
{
	const struct search_part *p = q->part;
	struct json_writer w;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_put_int(&w, "at", now_ms);
	json_put_str(&w, "nonce", q->nonce);
	json_put_int(&w, "part", p->number);
	json_put_int(&w, "parts", fts_file_parts());
	json_put_int(&w, "steps", (int64_t)q->steps);
	json_put_bool(&w, "begins", q->begins != NULL);
	json_put_int(&w, "tag", q->begins ? q->begins->tag : p->tag);
	json_put_int(&w, "below", q->begins ? q->begins->below : p->below);
	json_put_int(&w, "last", q->begins ? q->begins->last_ms : -1);
	json_put_bool(&w, "names", p->names_logs);
	json_put_bool(&w, "compares", p->compares);
	json_put_int(&w, "sender", f->sender_id);
	json_put_int(&w, "type", f->type);
	json_put_int(&w, "from", f->from_ms);
	json_put_int(&w, "to", f->to_ms);
	json_put_int(&w, "now", f->now_ms);
	put_phrases(&w, f);
	json_key(&w, "chats");
	json_begin_list(&w);
	for (size_t i = 0; i < q->n_chats; i++) {
		json_int(&w, q->chats[i].conv_id);
		json_int(&w, q->chats[i].last_index);
	}
	json_end_list(&w);
	json_end(&w);
	return text_of(a, &b);
}

static int get_phrases(struct arena *a, const json_t *o,
    struct search_filter *f, struct error *err)
{
	const json_t *list = json_object_get(o, "phrases"), *v;
	struct fts_phrase *phrases;
	size_t i;

	if (!json_is_array(list))
		return bad(err);
	f->n_phrases = json_array_size(list);
	f->phrases = phrases = ARENA_ARRAY(a, f->n_phrases, struct fts_phrase);
	json_array_foreach(list, i, v)
	{
		phrases[i].terms = json_get_str(v, "terms");
		phrases[i].is_open = json_get_bool(v, "open", false);
		if (!phrases[i].terms.p)
			return bad(err);
	}
	return 0;
}

static int get_chats(struct arena *a, const json_t *o, struct search_filter *f,
    struct error *err)
{
	const json_t *list = numbers(o, "chats", 2, &f->n_chats);
	struct found_chat *chats;

	if (!list)
		return bad(err);
	f->chats = chats = ARENA_ARRAY(a, f->n_chats, struct found_chat);
	for (size_t i = 0; i < f->n_chats; i++)
		chats[i] = (struct found_chat){ number(list, 2 * i),
			number(list, 2 * i + 1) };
	return 0;
}

int search_peer_get_question(struct arena *a, struct str text,
    struct search_filter *f, struct search_question *q, struct search_place *at,
    int64_t *at_ms_out, struct error *err)
{
	struct search_part *p = q->part;
	json_t *o;

	if (json_parse(a, text, false, &o, err) < 0)
		return -1;
	*at = (struct search_place){
		.tag = (uint32_t)json_get_int(o, "tag", 0),
		.below = json_get_int(o, "below", 0),
		.last_ms = json_get_int(o, "last", -1),
	};
	*f = (struct search_filter){
		.sender_id = json_get_int(o, "sender", 0),
		.type = json_get_int(o, "type", 0),
		.from_ms = json_get_int(o, "from", 0),
		.to_ms = json_get_int(o, "to", INT64_MAX),
		.now_ms = json_get_int(o, "now", 0),
	};
	p->number = (int)json_get_int(o, "part", -1);
	p->names_logs = json_get_bool(o, "names", false);
	p->compares = json_get_bool(o, "compares", false);
	q->begins = json_get_bool(o, "begins", true) ? at : NULL;
	q->steps = (size_t)json_get_int(o, "steps", 0);
	q->nonce = json_get_str(o, "nonce");
	*at_ms_out = json_get_int(o, "at", 0);
	if (get_phrases(a, o, f, err) < 0 || get_chats(a, o, f, err) < 0)
		return -1;
	if (json_get_int(o, "parts", 0) != fts_file_parts() || p->number < 0 ||
	    p->number >= fts_file_parts() || !q->nonce.p)
		return bad(err);
	return 0;
}

/* ---- the answer ---- */

struct str search_peer_put_answer(struct arena *a,
    const struct search_question *q)
{
	const struct search_part *p = q->part;
	struct json_writer w;
	struct buf b;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	json_put_str(&w, "nonce", q->nonce);
	json_put_int(&w, "tag", p->tag);
	json_put_bool(&w, "is_new", p->is_new);
	json_put_int(&w, "done", p->done);
	json_put_int(&w, "below", p->below);
	json_put_bool(&w, "is_end", p->is_end);
	json_put_bool(&w, "names", p->names_logs);
	json_put_bool(&w, "compares", p->compares);
	json_put_int(&w, "steps", (int64_t)q->steps);
	json_put_int(&w, "built", p->built_ms);
	json_key(&w, "due");
	json_begin_list(&w);
	for (size_t i = 0; i < p->n_due; i++) {
		json_int(&w, p->due[i].conv_id);
		json_int(&w, p->due[i].conv_index);
	}
	json_end_list(&w);
	json_key(&w, "hits");
	json_begin_list(&w);
	for (size_t i = 0; i < p->n; i++) {
		json_int(&w, p->hits[i].ref.conv_id);
		json_int(&w, p->hits[i].ref.conv_index);
		json_int(&w, p->hits[i].sent_ms);
		json_int(&w, p->hits[i].id);
	}
	json_end_list(&w);
	json_end(&w);
	return text_of(a, &b);
}

static void get_lists(struct arena *a, struct search_part *p,
    const json_t *hits, const json_t *due)
{
	p->at = 0;
	p->hits = ARENA_ARRAY(a, p->n, struct search_hit);
	p->due = ARENA_ARRAY(a, p->n_due, struct entry_ref);
	for (size_t i = 0; i < p->n; i++)
		p->hits[i] = (struct search_hit){
			.ref = { number(hits, 4 * i), number(hits, 4 * i + 1) },
			.sent_ms = number(hits, 4 * i + 2),
			.part = p->number,
			.id = number(hits, 4 * i + 3),
		};
	for (size_t i = 0; i < p->n_due; i++)
		p->due[i] = (struct entry_ref){ number(due, 2 * i),
			number(due, 2 * i + 1) };
}

int search_peer_get_answer(struct arena *a, struct str text,
    struct search_question *q, struct error *err)
{
	struct search_part *p = q->part;
	const json_t *hits, *due;
	size_t n, n_due;
	uint32_t tag;
	json_t *o;

	if (json_parse(a, text, false, &o, err) < 0)
		return -1;
	hits = numbers(o, "hits", 4, &n);
	due = numbers(o, "due", 2, &n_due);
	tag = (uint32_t)json_get_int(o, "tag", 0);
	/* A file that was made anew in the middle of a search has other ids. */
	if (!hits || !due || !str_eq(json_get_str(o, "nonce"), q->nonce) ||
	    (!q->begins && tag != p->tag))
		return bad(err);
	p->n = n;
	p->n_due = n_due;
	get_lists(a, p, hits, due);
	p->tag = tag;
	if (q->begins) {
		p->is_new = json_get_bool(o, "is_new", false);
		p->done = json_get_int(o, "done", 0);
		p->built_ms = json_get_int(o, "built", 0);
	}
	p->below = json_get_int(o, "below", 0);
	p->is_end = json_get_bool(o, "is_end", true);
	p->names_logs = json_get_bool(o, "names", false);
	p->compares = json_get_bool(o, "compares", false);
	q->steps = (size_t)json_get_int(o, "steps", 0);
	return 0;
}
