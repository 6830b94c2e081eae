#include "view/people.h"

#include <inttypes.h>

#include "base/ids.h"
#include "im/conv/sight.h"
#include "io/json_writer.h"
#include "view/entry_body.h"
#include "view/forward.h"
#include "view/quote.h"
#include "view/shown.h"
#include "view/view.h"

struct people *people_new(struct arena *a, bool is_wanted)
{
	struct people *p;

	if (!is_wanted)
		return NULL;
	p = ARENA_NEW(a, struct people);
	p->a = a;
	return p;
}

void people_add(struct people *p, int64_t user_id)
{
	int64_t *more;
	size_t i;

	if (!p || user_id == 0)
		return;
	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? 64 : p->cap * 2;
		more = ARENA_ARRAY(p->a, p->cap, int64_t);
		for (i = 0; i < p->n; i++)
			more[i] = p->ids[i];
		p->ids = more;
	}
	p->ids[p->n++] = user_id;
}

static void add_list(struct people *p, const json_t *list)
{
	size_t n;
	const int64_t *ids = entry_body_ids(p->a, list, &n);

	for (size_t i = 0; i < n; i++)
		people_add(p, ids[i]);
}

void people_add_entry(struct people *p, const struct entry *e)
{
	const struct forward_view *forward;
	const json_t *body, *content;

	if (!p)
		return;
	people_add(p, e->sender_id);
	people_add(p, e->recalled_by);
	if (e->shown && e->shown->target)
		people_add_entry(p, e->shown->target);
	if (sight_of(e, 0) != SIGHT_WHOLE)
		return;
	forward = e->shown ? e->shown->forward : NULL;
	for (size_t i = 0; forward && i < forward->n_senders; i++)
		people_add(p, forward->senders[i]);
	if (e->quote)
		people_add(p, e->quote->sender_id);
	body = entry_body_read(p->a, e);
	content = json_object_get(body, "content");
	add_list(p, json_object_get(body, "mentions"));
	add_list(p, json_object_get(content, "user_ids"));
	people_add(p, json_get_id(content, "owner"));
	if (e->type == MESSAGE_CARD)
		people_add(p, json_get_id(content, "user_id"));
}

int people_write(struct people *p, struct db *db, struct cache *cache,
    struct json_writer *w, struct error *err)
{
	struct user *users = NULL;
	char key[24];
	size_t n = 0, i;

	if (!p)
		return 0;
	p->n = ids_sort_distinct(p->ids, p->n);
	if (p->n > 0 &&
	    user_load(db, cache, p->a, p->ids, p->n, &users, &n, err) < 0)
		return -1;
	json_key(w, "users");
	json_begin(w);
	for (i = 0; i < n; i++) {
		snprintf(key, sizeof(key), "%" PRId64, users[i].user_id);
		json_key(w, key);
		view_user_short(w, &users[i]);
	}
	json_end(w);
	return 0;
}
