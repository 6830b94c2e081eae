#include "io/json_writer.h"
#include "view/entry_body.h"

const json_t *entry_body_read(struct arena *a, const struct entry *e)
{
	struct str object = arena_printf(a, "{%.*s}", STR_ARG(e->body));
	struct error ignored;
	json_t *body;

	return json_parse(a, object, false, &body, &ignored) < 0 ? NULL : body;
}

const int64_t *entry_body_ids(struct arena *a, const json_t *list,
    size_t *n_out)
{
	int64_t *ids = ARENA_ARRAY(a, json_array_size(list), int64_t);
	const json_t *v;
	size_t i, n = 0;

	json_array_foreach(list, i, v)
	{
		if (str_to_id(json_text(v), &ids[n]))
			n++;
	}
	*n_out = n;
	return ids;
}

static void put_list(struct json_writer *w, const json_t *request,
    const char *key)
{
	const json_t *list = json_object_get(request, key);

	if (json_array_size(list) == 0)
		return;
	json_key(w, key);
	json_value(w, list);
}

struct str entry_body_write(struct arena *a, const json_t *request,
    struct str content)
{
	const json_t *meta = json_object_get(request, "meta");
	struct json_writer w;
	struct buf b;
	struct str s;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	json_key(&w, "content");
	if (content.p)
		json_raw(&w, content);
	else
		json_value(&w, json_object_get(request, "content"));
	put_list(&w, request, "mentions");
	if (json_get_bool(request, "mention_all", false))
		json_put_bool(&w, "mention_all", true);
	put_list(&w, request, "forward_of");
	if (meta) {
		json_key(&w, "meta");
		json_value(&w, meta);
	}
	json_end_members(&w);
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}

struct str entry_body_reaction(struct arena *a, struct str emoji, bool on)
{
	struct json_writer w;
	struct buf b;
	struct str s;

	buf_init(&b);
	json_writer_init(&w, &b);
	json_begin_members(&w);
	json_key(&w, "content");
	json_begin(&w);
	json_put_str(&w, "emoji", emoji);
	json_put_bool(&w, "on", on);
	json_end(&w);
	json_end_members(&w);
	s = arena_str(a, buf_view(&b));
	buf_release(&b);
	return s;
}
