/*
 * Decodes query, path values and body by the tables of sample_app: the first
 * lines of the input are the query and two path values, the rest the body.
 * Decoded values are within the bounds of the table.
 */
#include <stdlib.h>

#include "../unit/sample_app.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void check_text(struct str s, size_t min, size_t max, bool chars)
{
	size_t len = chars ? str_utf8_count(s) : s.len;

	if (!s.p)
		return;
	check(str_is_utf8(s) && !memchr(s.p, 0, s.len));
	check(len >= min && len <= max);
}

static void check_ids(const struct web_ids *ids, size_t max)
{
	check(ids->n <= max && (ids->given || !ids->n));
	for (size_t i = 0; i < ids->n; i++)
		check(ids->v[i] > 0);
}

static void check_error(const struct error *err)
{
	check(err->code == ERR_INVALID_ARGUMENT || err->code == ERR_NOT_FOUND);
	check(err->detail[0] && str_is_utf8(str_of(err->field)));
}

static void decode_list(struct web_request *rq)
{
	struct sample_list l = { 0 };
	struct error err;

	rq->body = NULL;
	if (web_decode(rq, sample_list_args, &l, NULL, &err) < 0) {
		check_error(&err);
		return;
	}
	check(l.limit >= 1 && l.limit <= 200);
	check(l.state >= 0 && l.state <= 2);
	check_text(l.q, 1, 5, true);
	check_ids(&l.ids, 3);
}

static void decode_mark(struct web_request *rq, const struct str *values)
{
	struct sample_thing t = { 0 };
	struct error err;

	if (web_decode(rq, sample_mark_args, &t, values, &err) < 0) {
		check_error(&err);
		return;
	}
	check(t.id > 0);
	check_text(t.bytes, 1, 8, false);
}

static void decode_thing(struct web_request *rq, struct str body)
{
	struct sample_thing t = { 0 };
	struct error err;

	if (json_parse(rq->arena, body, true, &rq->body, &err) < 0 ||
	    !json_is_object(rq->body))
		return;
	rq->query = STR_NONE;
	if (web_decode(rq, sample_thing_args, &t, NULL, &err) < 0) {
		check_error(&err);
		return;
	}
	check(t.name.p && t.size >= -5 && t.size <= 100);
	check(t.colour >= 1 && t.colour <= 3 && t.owner_id >= 0);
	check_text(t.name, 1, 8, true);
	check_text(t.word, 1, 8, false);
	check_text(t.client_id, 1, 64, false);
	check_text(t.bytes, 0, 4, false);
	check_text(t.photo, 1, 10, false);
	check_ids(&t.user_ids, 4);
	check(!t.meta || json_dump(rq->arena, t.meta).len <= 32);
	check(t.has_photo == (t.photo.p != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size }, values[2];
	struct web_request rq = { .app = &sample_app };
	struct arena a;

	arena_init(&a);
	rq.arena = &a;
	rq.query = str_cut(&rest, '\n');
	values[0] = str_cut(&rest, '\n');
	values[1] = str_cut(&rest, '\n');
	decode_list(&rq);
	if (values[0].len && values[1].len)
		decode_mark(&rq, values);
	decode_thing(&rq, rest);
	arena_release(&a);
	return 0;
}
