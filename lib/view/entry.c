#include "io/json_writer.h"
#include "view/quote.h"
#include "view/view.h"

static void put_flags(struct json_writer *w, int64_t flags)
{
	bool any = false;

	for (const struct entry_flag *f = entry_flags; f->name; f++) {
		if ((flags & f->bit) == 0)
			continue;
		if (!any) {
			json_key(w, "flags");
			json_begin_list(w);
			any = true;
		}
		json_str(w, str_of(f->name));
	}
	if (any)
		json_end_list(w);
}

void view_entry_content(struct json_writer *w, const struct entry *e,
    int64_t floor)
{
	json_put_cstr(w, "kind", entry_kind_name(e->kind));
	json_put_str(w, "type", str_word(MESSAGE_TYPES, e->type));
	json_put_id(w, "sender_id", e->sender_id);
	json_put_int(w, "sent_at", e->sent_ms);
	json_members(w, e->body);
	quote_put(w, e->quote, floor);
}

void view_entry(struct json_writer *w, const struct entry *e, int64_t floor)
{
	json_begin(w);
	json_put_id(w, "conv_id", e->conv_id);
	json_put_int(w, "conv_index", e->conv_index);
	json_put_int(w, "ordinal", e->ordinal);
	json_put_id(w, "msg_id", e->msg_id);
	if (e->client_msg_id.p)
		json_put_str(w, "client_msg_id", e->client_msg_id);
	view_entry_content(w, e, floor);
	put_flags(w, e->flags);
	if (e->target_index != 0)
		json_put_int(w, "target_index", e->target_index);
	json_end(w);
}
