#include "view/quote.h"

#include "im/conv/sight.h"
#include "io/json_writer.h"
#include "view/entry_body.h"
#include "view/shown.h"

#define PREVIEW_MAX 200 /* characters */

/* The beginning of a text message. */
static struct str preview_of(struct arena *a, const struct entry *e)
{
	struct str text;
	size_t i, n = 0;

	if (e->kind != ENTRY_MESSAGE || e->type != MESSAGE_TEXT ||
	    sight_of(e, 0) != SIGHT_WHOLE)
		return STR_NONE;
	text = json_get_str(json_object_get(entry_body_read(a, e), "content"),
	    "text");
	for (i = 0; i < text.len; i++)
		if (((unsigned char)text.p[i] & 0xc0) != 0x80 &&
		    n++ == PREVIEW_MAX)
			break;
	return (struct str){ text.p, i };
}

const struct entry_quote *quote_of(struct arena *a, const struct entry *quoted)
{
	struct entry_quote *q = ARENA_NEW(a, struct entry_quote);

	*q = (struct entry_quote){
		.msg_id = quoted->msg_id,
		.conv_index = quoted->conv_index,
		.sender_id = quoted->sender_id,
		.is_recalled = sight_of(quoted, 0) == SIGHT_RECALLED,
		.preview = preview_of(a, quoted),
	};
	return q;
}

int quote_load(struct db *db, struct arena *a, const struct shown_for *to,
    struct entry *entries, size_t n, struct error *err)
{
	struct entry_ref *refs = NULL;
	struct entry *quoted;
	size_t n_refs = 0;

	for (size_t i = 0; i < n; i++) {
		entries[i].quote = NULL;
		if (entries[i].reply_index == 0)
			continue;
		if (!refs)
			refs = ARENA_ARRAY(a, n - i, struct entry_ref);
		refs[n_refs++] = (struct entry_ref){ entries[i].conv_id,
			entries[i].reply_index };
	}
	if (n_refs == 0)
		return 0;
	quoted = ARENA_ARRAY(a, n_refs, struct entry);
	if (entry_load(db, a, refs, n_refs, quoted, err) < 0 ||
	    (to->hides &&
		sight_hide(db, a, to->user_id, quoted, n_refs, err) < 0))
		return -1;
	for (size_t i = 0, k = 0; i < n; i++) {
		if (entries[i].reply_index == 0)
			continue;
		if (quoted[k].msg_id != 0)
			entries[i].quote = quote_of(a, &quoted[k]);
		k++;
	}
	return 0;
}

void quote_put(struct json_writer *w, const struct entry_quote *q,
    int64_t floor)
{
	if (!q)
		return;
	json_key(w, "reply_to");
	json_begin(w);
	json_put_id(w, "msg_id", q->msg_id);
	json_put_int(w, "conv_index", q->conv_index);
	json_put_id(w, "sender_id", q->sender_id);
	if (q->conv_index >= floor && q->preview.p)
		json_put_str(w, "preview", q->preview);
	if (q->is_recalled)
		json_put_bool(w, "recalled", true);
	json_end(w);
}
