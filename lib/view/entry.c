#include "im/conv/sight.h"
#include "io/json_writer.h"
#include "view/quote.h"
#include "view/shown.h"
#include "view/view.h"

void view_flags(struct json_writer *w, int64_t flags, bool is_ephemeral)
{
	int64_t shown = 0;

	for (const struct entry_flag *f = entry_flags; f->name; f++)
		shown |= flags & f->bit;
	if (!shown && !is_ephemeral)
		return;
	json_key(w, "flags");
	json_begin_list(w);
	for (const struct entry_flag *f = entry_flags; f->name; f++)
		if (shown & f->bit)
			json_str(w, str_of(f->name));
	if (is_ephemeral)
		json_str(w, STR("ephemeral"));
	json_end_list(w);
}

static void put_content(struct json_writer *w, const struct entry *e,
    int64_t floor, enum sight sight)
{
	json_put_cstr(w, "kind", entry_kind_name(e->kind));
	json_put_str(w, "type", str_word(MESSAGE_TYPES, e->type));
	json_put_id(w, "sender_id", e->sender_id);
	json_put_int(w, "sent_at", e->sent_ms);
	if (sight != SIGHT_WHOLE)
		return;
	shown_put_body(w, e, floor);
	quote_put(w, e->quote, floor);
}

void view_entry_content(struct json_writer *w, const struct entry *e,
    int64_t floor)
{
	put_content(w, e, floor, sight_of(e, 0));
}

static void put_place(struct json_writer *w, const struct entry *e)
{
	json_put_id(w, "conv_id", e->conv_id);
	json_put_int(w, "conv_index", e->conv_index);
	json_put_int(w, "ordinal", e->ordinal);
	json_put_id(w, "msg_id", e->msg_id);
}

/* Its place in the log, and nothing that it says. */
static void put_hidden(struct json_writer *w, const struct entry *e)
{
	json_put_cstr(w, "kind", entry_kind_name(e->kind));
	json_put_id(w, "sender_id", e->sender_id);
	json_put_int(w, "sent_at", e->sent_ms);
	json_put_bool(w, "hidden", true);
}

static void put_state(struct json_writer *w, const struct entry *e,
    enum sight sight)
{
	if (sight == SIGHT_RECALLED) {
		json_put_bool(w, "recalled", true);
		json_put_id(w, "recalled_by", e->recalled_by);
	} else if (e->edited_ms) {
		json_put_int(w, "edited_at", e->edited_ms);
	}
	if (e->expires_ms)
		json_put_int(w, "expires_at", e->expires_ms);
	if (e->burn_s)
		json_put_int(w, "expires_after_read_s", e->burn_s);
}

void view_entry(struct json_writer *w, const struct entry *e, int64_t floor)
{
	/* Once: it may expire meanwhile. */
	const enum sight sight = sight_of(e, 0);

	json_begin(w);
	put_place(w, e);
	if (sight == SIGHT_HIDDEN) {
		put_hidden(w, e);
		json_end(w);
		return;
	}
	if (e->client_msg_id.p)
		json_put_str(w, "client_msg_id", e->client_msg_id);
	put_content(w, e, floor, sight);
	view_flags(w, e->flags, false);
	put_state(w, e, sight);
	shown_put_reactions(w, e);
	if (e->target_index != 0)
		json_put_int(w, "target_index", e->target_index);
	shown_put_target(w, e, floor);
	json_end(w);
}
