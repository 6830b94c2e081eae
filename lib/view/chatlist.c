#include "view/chatlist.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "im/conv/sight.h"
#include "im/user/rank.h"
#include "io/json_writer.h"
#include "view/convset.h"
#include "view/shown.h"
#include "view/view.h"

int chatlist_cursor(struct arena *a, struct str cursor, struct chat_place *out,
    struct error *err)
{
	struct str text = crypto_base64url_decode(a, cursor);
	struct str pinned = str_cut(&text, '.');
	struct str last_ms = str_cut(&text, '.');

	if (str_to_int(pinned, &out->pinned) &&
	    str_to_int(last_ms, &out->last_ms) &&
	    str_to_id(text, &out->conv_id))
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT, "cursor",
	    "not a cursor of this list");
}

static struct str cursor_of(struct arena *a, const struct chat *c)
{
	struct str text = arena_printf(a, "%" PRId64 ".%" PRId64 ".%" PRId64,
	    c->pinned, c->last_ms, c->conv_id);

	return crypto_base64url(a, text.p, text.len);
}

/* The lowest index that the user may see. */
static int64_t floor_of(const struct chat *c, const struct convset *set)
{
	int64_t floor = convset_floor(set, c->conv_id);

	return c->cleared_index >= floor ? c->cleared_index + 1 : floor;
}

static void write_item(struct json_writer *w, const struct chat *c,
    const struct entry *last, const struct convset *set, struct people *people)
{
	json_begin(w);
	json_key(w, "conversation");
	convset_write(set, w, c->conv_id, people);
	json_key(w, "last_entry");
	if (last->msg_id != 0 && last->conv_index > c->cleared_index) {
		view_entry(w, last, floor_of(c, set));
		people_add_entry(people, last);
	} else {
		json_null_value(w);
	}
	json_put_int(w, "unread", c->unread);
	json_put_int(w, "unread_ordinal", c->last_ordinal);
	json_put_int(w, "mentions", c->mentions);
	json_put_int(w, "read_index", c->read_index);
	json_key(w, "me");
	view_me(w, c);
	json_end(w);
}

static void set_ref(struct entry_ref *refs, size_t n, struct entry_ref found)
{
	for (size_t i = 0; i < n; i++)
		if (refs[i].conv_id == found.conv_id &&
		    refs[i].conv_index < found.conv_index)
			refs[i] = found;
}

/*
 * A chat whose newest entry only changes another one shows the entry before: of
 * the last ENTRY_BACK_MAX, or else the newest message.
 */
static int skip_acts(struct db *db, struct arena *a, const struct chat *chats,
    struct entry *last, size_t n, struct error *err)
{
	struct entry_ref *acts = ARENA_ARRAY(a, n, struct entry_ref), *newest;
	struct entry_ref *refs = ARENA_ARRAY(a, n, struct entry_ref);
	struct entry *found = ARENA_ARRAY(a, n, struct entry);
	size_t n_acts = 0, n_newest, i, k;

	for (i = 0; i < n; i++) {
		if (last[i].msg_id == 0 || !entry_is_act(&last[i]))
			continue;
		acts[n_acts] = (struct entry_ref){ last[i].conv_id,
			last[i].conv_index };
		refs[n_acts++] = (struct entry_ref){ last[i].conv_id,
			chats[i].last_message_index };
	}
	if (n_acts == 0)
		return 0;
	if (entry_newest_shown(db, a, acts, n_acts, &newest, &n_newest, err) <
	    0)
		return -1;
	for (i = 0; i < n_newest; i++)
		set_ref(refs, n_acts, newest[i]);
	if (entry_load(db, a, refs, n_acts, found, err) < 0)
		return -1;
	for (i = 0, k = 0; i < n; i++)
		if (last[i].msg_id != 0 && entry_is_act(&last[i]))
			last[i] = found[k++];
	return 0;
}

static bool has_hidden(const struct chat *chats, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (chats[i].has_hidden)
			return true;
	return false;
}

/* A chat whose newest entry the user has deleted for themselves, or has
 * expired, shows the entry before, of the last ENTRY_BACK_MAX. */
static int skip_hidden(struct db *db, struct arena *a, int64_t user_id,
    struct entry *last, size_t n, struct error *err)
{
	struct entry_ref *refs = ARENA_ARRAY(a, n, struct entry_ref), *seen;
	struct entry *found;
	size_t n_refs = 0, n_seen;

	for (size_t i = 0; i < n; i++) {
		if (last[i].msg_id == 0 ||
		    sight_of(&last[i], 0) != SIGHT_HIDDEN)
			continue;
		last[i].is_hidden = true;
		refs[n_refs++] = (struct entry_ref){ last[i].conv_id,
			last[i].conv_index };
	}
	if (entry_newest_seen(db, a, user_id, refs, n_refs, &seen, &n_seen,
		err) < 0)
		return -1;
	found = ARENA_ARRAY(a, n_seen, struct entry);
	if (entry_load(db, a, seen, n_seen, found, err) < 0)
		return -1;
	for (size_t k = 0; k < n_seen; k++)
		for (size_t i = 0; i < n; i++)
			if (last[i].is_hidden &&
			    last[i].conv_id == found[k].conv_id)
				last[i] = found[k];
	return 0;
}

/* The entries that a page shows, with what these show. */
static int load_last(struct db *db, struct arena *a, int64_t user_id,
    const struct chat *chats, struct entry *last, size_t n, struct error *err)
{
	const struct shown_for to = { .user_id = user_id,
		.hides = has_hidden(chats, n) };

	if (skip_acts(db, a, chats, last, n, err) < 0 ||
	    (to.hides && sight_hide(db, a, user_id, last, n, err) < 0) ||
	    skip_hidden(db, a, user_id, last, n, err) < 0)
		return -1;
	return shown_load(db, a, &to, last, n, err);
}

int chatlist_write(struct db *db, struct cache *cache, struct arena *a,
    const struct chat_query *q, struct json_writer *w, struct people *people,
    struct error *err)
{
	/* Reads one more than the page, to see whether there is a next one. */
	struct chat_query more = *q;
	struct convset set;
	struct chat *chats;
	struct entry_ref *refs;
	struct entry *last;
	size_t n, shown, i;

	more.limit++;
	if (rank_page(db, a, &more, &chats, &n, err) < 0)
		return -1;
	shown = n > (size_t)q->limit ? (size_t)q->limit : n;
	refs = ARENA_ARRAY(a, shown, struct entry_ref);
	last = ARENA_ARRAY(a, shown, struct entry);
	for (i = 0; i < shown; i++)
		refs[i] = (struct entry_ref){ chats[i].conv_id,
			chats[i].last_index };
	if (convset_load_at(&set, db, cache, a, q->user_id, refs, shown, err) <
	    0)
		return -1;
	for (i = 0; i < shown; i++)
		last[i] = convset_entry(&set, chats[i].conv_id);
	if (load_last(db, a, q->user_id, chats, last, shown, err) < 0)
		return -1;
	json_key(w, "items");
	json_begin_list(w);
	for (i = 0; i < shown; i++)
		if (convset_role(&set, chats[i].conv_id) != 0 &&
		    (!q->unread_only || chats[i].unread > 0 ||
			chats[i].marked_unread))
			write_item(w, &chats[i], &last[i], &set, people);
	json_end_list(w);
	if (n > shown)
		json_put_str(w, "next", cursor_of(a, &chats[shown - 1]));
	else
		json_put_null(w, "next");
	return 0;
}

void chatlist_large(const struct chat_heads *heads, struct json_writer *w)
{
	json_key(w, "large");
	json_begin_list(w);
	for (size_t i = 0; i < heads->n; i++) {
		const struct chat_head *h = &heads->list[i];

		json_begin(w);
		json_put_id(w, "conv_id", h->conv_id);
		json_put_int(w, "last_index", h->last_index);
		json_put_int(w, "last_ordinal", h->last_ordinal);
		json_end(w);
	}
	json_end_list(w);
}
