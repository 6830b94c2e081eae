#include "view/forward.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/ids.h"
#include "base/order.h"
#include "im/conv/history.h"
#include "im/conv/sight.h"
#include "view/entry_body.h"

/* ---- reading ---- */

static bool is_forward(const struct entry *e)
{
	return e->flags & ENTRY_FORWARDS && sight_of(e, 0) == SIGHT_WHOLE;
}

/* The items of the content of a merged forward; NULL: it is none. */
static json_t *items_of(const json_t *content)
{
	json_t *items = json_object_get(content, "items");

	return json_is_array(items) ? items : NULL;
}

/* Those of an item that is a merged forward itself. */
static json_t *items_within(const json_t *item)
{
	return str_is(json_get_str(item, "type"), "forward")
		   ? items_of(json_object_get(item, "content"))
		   : NULL;
}

static size_t count_items(const json_t *items)
{
	size_t i, n = json_array_size(items);
	json_t *item;

	json_array_foreach(items, i, item)
	{
		n += count_items(items_within(item));
	}
	return n;
}

/* An id of each item. */
static size_t list_items(const json_t *items, const char *key, int64_t *out)
{
	size_t i, n = 0;
	json_t *item;

	json_array_foreach(items, i, item)
	{
		out[n++] = json_get_id(item, key);
		n += list_items(items_within(item), key, out + n);
	}
	return n;
}

static int by_msg(const void *x, const void *y)
{
	const struct entry_origin *a = x, *b = y;

	return order_i64(a->msg_id, b->msg_id);
}

/* What is known of the originals of several forwards, ascending. */
struct states {
	struct entry_origin *v;
	size_t n;
};

static const struct entry_origin *find_state(const struct states *s, int64_t id)
{
	const struct entry_origin key = { .msg_id = id };

	return s->n ? bsearch(&key, s->v, s->n, sizeof(*s->v), by_msg) : NULL;
}

/* How it is said that an original is no longer there. */
static const char *gone_word(const struct entry_origin *o)
{
	switch (o->state) {
	case ENTRY_RECALLED:
		return "recalled";
	case ENTRY_GONE:
		return "hidden";
	}
	return NULL;
}

static void hide_gone(const json_t *items, const struct states *s)
{
	const struct entry_origin *o;
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
	{
		o = find_state(s, json_get_id(item, "msg_id"));
		if (o && gone_word(o)) {
			json_object_del(item, "content");
			json_object_set_new(item, gone_word(o), json_true());
		}
		hide_gone(items_within(item), s);
	}
}

/* A forward that is being read. */
struct reading {
	struct forward_view *view;
	json_t *body;
	json_t *items; /* NULL: no snapshot */
};

static void begin(struct arena *a, struct reading *r)
{
	struct forward_view *f = r->view;
	const json_t *list = json_object_get(r->body, "forward_of");
	const int64_t *ids = entry_body_ids(a, list, &f->n_origins);

	f->origins = ARENA_ARRAY(a, f->n_origins, struct entry_origin);
	for (size_t i = 0; i < f->n_origins; i++)
		f->origins[i].msg_id = ids[i];
	if (f->entry->type == MESSAGE_FORWARD)
		r->items = items_of(json_object_get(r->body, "content"));
}

static int load_states(struct db *db, struct arena *a,
    const struct reading *list, size_t n, struct states *out, struct error *err)
{
	size_t n_ids = 0;
	int64_t *ids;

	for (size_t i = 0; i < n; i++)
		n_ids += list[i].view->n_origins + count_items(list[i].items);
	ids = ARENA_ARRAY(a, n_ids, int64_t);
	n_ids = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < list[i].view->n_origins; k++)
			ids[n_ids++] = list[i].view->origins[k].msg_id;
		n_ids += list_items(list[i].items, "msg_id", ids + n_ids);
	}
	n_ids = ids_sort_distinct(ids, n_ids);
	if (entry_origins(db, a, ids, n_ids, &out->v, &out->n, err) < 0)
		return -1;
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_msg);
	return 0;
}

static void end(struct arena *a, struct reading *r, const struct states *s)
{
	struct forward_view *f = r->view;
	struct str text;

	f->senders = ARENA_ARRAY(a, f->n_origins + count_items(r->items),
	    int64_t);
	for (size_t i = 0; i < f->n_origins; i++) {
		const struct entry_origin *o = find_state(s,
		    f->origins[i].msg_id);

		if (o)
			f->origins[i] = *o;
		f->senders[i] = f->origins[i].sender_id;
	}
	f->n_senders = f->n_origins + list_items(r->items, "sender_id",
					  f->senders + f->n_origins);
	hide_gone(r->items, s);
	json_object_del(r->body, "forward_of");
	text = json_dump(a, r->body);
	f->body = (struct str){ text.p + 1, text.len - 2 };
}

int forward_load(struct db *db, struct arena *a, struct entry *entries,
    size_t n, struct forward_view **out, size_t *n_out, struct error *err)
{
	struct reading *list = NULL;
	struct states states = { NULL, 0 };
	size_t n_list = 0;
	json_t *body;

	*n_out = 0;
	*out = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!is_forward(&entries[i]))
			continue;
		body = (json_t *)(uintptr_t)entry_body_read(a, &entries[i]);
		if (!body)
			continue;
		if (!list) {
			list = ARENA_ARRAY(a, n - i, struct reading);
			*out = ARENA_ARRAY(a, n - i, struct forward_view);
		}
		(*out)[n_list].entry = &entries[i];
		list[n_list] = (struct reading){ &(*out)[n_list], body, NULL };
		begin(a, &list[n_list++]);
	}
	if (n_list == 0)
		return 0;
	if (load_states(db, a, list, n_list, &states, err) < 0)
		return -1;
	for (size_t i = 0; i < n_list; i++)
		end(a, &list[i], &states);
	*n_out = n_list;
	return 0;
}

void forward_put_origins(struct json_writer *w, const struct forward_view *f)
{
	json_key(w, "forward_of");
	json_begin_list(w);
	for (size_t i = 0; i < f->n_origins; i++) {
		const struct entry_origin *o = &f->origins[i];

		json_begin(w);
		json_put_id(w, "msg_id", o->msg_id);
		if (o->sent_ms) {
			json_put_id(w, "sender_id", o->sender_id);
			json_put_int(w, "sent_at", o->sent_ms);
		}
		if (gone_word(o))
			json_put_bool(w, gone_word(o), true);
		json_end(w);
	}
	json_end_list(w);
}

/* ---- sending ---- */

static int bad_item(struct error *err, size_t i, const char *what)
{
	char field[ERR_FIELD_ROOM];

	snprintf(field, sizeof(field), "forward_of.%zu", i);
	return err_field(err, ERR_INVALID_ARGUMENT, field, "%s", what);
}

/* The content of each; of forwards, as it may be shown now. */
static int contents_of(struct db *db, struct arena *a, struct entry *originals,
    size_t n, struct str *out, struct error *err)
{
	struct forward_view *views;
	size_t n_views, view = 0;

	if (forward_load(db, a, originals, n, &views, &n_views, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct entry e = originals[i];
		const json_t *content;

		if (view < n_views && views[view].entry == &originals[i])
			e.body = views[view++].body;
		content = json_object_get(entry_body_read(a, &e), "content");
		if (!content)
			return err_set(err, ERR_INTERNAL,
			    "a body cannot be read");
		out[i] = json_dump(a, content);
	}
	return 0;
}

static void put_item(struct json_writer *w, const struct entry *e,
    struct str content)
{
	json_begin(w);
	json_put_id(w, "msg_id", e->msg_id);
	json_put_id(w, "sender_id", e->sender_id);
	json_put_int(w, "sent_at", e->sent_ms);
	json_put_str(w, "type", str_word(MESSAGE_TYPES, e->type));
	json_put_raw(w, "content", content);
	json_end(w);
}

static struct str merge(struct arena *a, const struct forward *f,
    const struct entry *originals, const struct str *contents)
{
	struct json_writer w;
	struct buf b;
	struct str s;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin(&w);
	if (f->title.p)
		json_put_str(&w, "title", f->title);
	json_key(&w, "items");
	json_begin_list(&w);
	for (size_t i = 0; i < f->n; i++)
		put_item(&w, &originals[i], contents[i]);
	json_end_list(&w);
	json_end(&w);
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

/* Whoever reads a body parses it, with a limit of levels. */
static int check_depths(struct arena *a, const struct forward *f,
    const struct entry *originals, const struct str *contents,
    struct error *err)
{
	struct forward one = *f;

	one.n = 1;
	for (size_t i = 0; i < f->n; i++) {
		const struct entry e = {
			.body = arena_printf(a, "\"content\":%.*s",
			    STR_ARG(
				merge(a, &one, &originals[i], &contents[i]))),
		};

		if (!entry_body_read(a, &e))
			return bad_item(err, i, "it is nested too deeply");
	}
	return 0;
}

int forward_make(struct db *db, struct arena *a, const struct forward *f,
    int64_t *type_out, struct str *content_out, struct error *err)
{
	struct entry *originals = ARENA_ARRAY(a, f->n, struct entry);
	struct str *contents = ARENA_ARRAY(a, f->n, struct str);
	size_t first, bytes = 0;

	if (history_load_seen(db, a, f->app_id, f->sender_id, f->ids, f->n,
		originals, &first, err) < 0)
		return -1;
	if (first < f->n)
		return bad_item(err, first, "no such message");
	if (contents_of(db, a, originals, f->n, contents, err) < 0)
		return -1;
	if (!f->is_merged) {
		*type_out = originals[0].type;
		*content_out = contents[0];
		return 0;
	}
	for (size_t i = 0; i < f->n; i++)
		bytes += contents[i].len;
	if (bytes > FORWARD_BYTES_MAX)
		return err_field(err, ERR_TOO_LARGE, "forward_of",
		    "the messages have more than %d bytes", FORWARD_BYTES_MAX);
	if (check_depths(a, f, originals, contents, err) < 0)
		return -1;
	*type_out = MESSAGE_FORWARD;
	*content_out = merge(a, f, originals, contents);
	return 0;
}
