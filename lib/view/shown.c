#include "view/shown.h"

#include <inttypes.h>

#include "base/log.h"
#include "im/conv/sight.h"
#include "io/json_check.h"
#include "view/entry_body.h"
#include "view/forward.h"
#include "view/quote.h"
#include "view/view.h"

static struct entry_shown *shown_of(struct arena *a, struct entry *e)
{
	if (!e->shown)
		e->shown = ARENA_NEW(a, struct entry_shown);
	return (struct entry_shown *)(uintptr_t)e->shown;
}

/* ---- targets ---- */

static bool needs_target(const struct entry *e, const struct shown_for *to)
{
	return e->target_index && (to->in_event || e->kind == ENTRY_EDIT);
}

/* The content of a message, as JSON. */
static struct str content_of(struct arena *a, const struct entry *e)
{
	const json_t *content = json_object_get(entry_body_read(a, e),
	    "content");

	return content ? json_dump(a, content) : STR_NONE;
}

static void set_target(struct arena *a, struct entry *e,
    const struct entry *target, const struct shown_for *to)
{
	struct entry_shown *s = shown_of(a, e);

	if (e->kind == ENTRY_EDIT && e->sent_ms >= target->edited_ms &&
	    sight_of(target, 0) == SIGHT_WHOLE)
		s->edited = content_of(a, target);
	s->target = target;
	s->in_event = to->in_event;
}

/* Their targets, with what these show. */
static int load_targets(struct db *db, struct arena *a,
    const struct shown_for *to, struct entry *entries, size_t n,
    struct error *err)
{
	const struct shown_for plain = { .user_id = to->user_id,
		.hides = to->hides };
	struct entry_ref *refs = NULL;
	struct entry *targets;
	size_t n_refs = 0, i, k;

	for (i = 0; i < n; i++) {
		if (!needs_target(&entries[i], to))
			continue;
		if (!refs)
			refs = ARENA_ARRAY(a, n - i, struct entry_ref);
		refs[n_refs++] = (struct entry_ref){ entries[i].conv_id,
			entries[i].target_index };
	}
	if (n_refs == 0)
		return 0;
	targets = ARENA_ARRAY(a, n_refs, struct entry);
	if (entry_load(db, a, refs, n_refs, targets, err) < 0 ||
	    (to->hides && !to->in_event &&
		sight_hide(db, a, to->user_id, targets, n_refs, err) < 0) ||
	    (to->in_event &&
		shown_load(db, a, &plain, targets, n_refs, err) < 0))
		return -1;
	for (i = 0, k = 0; i < n; i++) {
		if (!needs_target(&entries[i], to))
			continue;
		if (targets[k].msg_id)
			set_target(a, &entries[i], &targets[k], to);
		k++;
	}
	return 0;
}

/* ---- forwards ---- */

static int load_forwards(struct db *db, struct arena *a, struct entry *entries,
    size_t n, struct error *err)
{
	struct forward_view *views;
	size_t n_views;

	if (forward_load(db, a, entries, n, &views, &n_views, err) < 0)
		return -1;
	for (size_t i = 0; i < n_views; i++)
		shown_of(a, views[i].entry)->forward = &views[i];
	return 0;
}

/* ---- reactions ---- */

static bool has_reactions(const struct entry *e)
{
	return e->flags & ENTRY_REACTIONS && sight_of(e, 0) == SIGHT_WHOLE;
}

/* all: ascending by message */
static void set_reactions(struct arena *a, struct entry *e,
    struct reaction_count *all, size_t n_all)
{
	struct entry_shown *s;
	size_t first = 0, end;

	while (first < n_all && (all[first].conv_id != e->conv_id ||
				    all[first].conv_index != e->conv_index))
		first++;
	for (end = first; end < n_all && all[end].conv_id == e->conv_id &&
			  all[end].conv_index == e->conv_index;)
		end++;
	if (first == end)
		return;
	s = shown_of(a, e);
	s->reactions = all + first;
	s->n_reactions = end - first;
}

static int load_reactions(struct db *db, struct arena *a,
    const struct shown_for *to, struct entry *entries, size_t n,
    struct error *err)
{
	struct reaction_count *all;
	struct entry_ref *refs = NULL;
	size_t n_refs = 0, n_all;

	for (size_t i = 0; i < n; i++) {
		if (!has_reactions(&entries[i]))
			continue;
		if (!refs)
			refs = ARENA_ARRAY(a, n - i, struct entry_ref);
		refs[n_refs++] = (struct entry_ref){ entries[i].conv_id,
			entries[i].conv_index };
	}
	if (n_refs == 0)
		return 0;
	if (reaction_counts(db, a, to->user_id, refs, n_refs, &all, &n_all,
		err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (has_reactions(&entries[i]))
			set_reactions(a, &entries[i], all, n_all);
	return 0;
}

int shown_load(struct db *db, struct arena *a, const struct shown_for *to,
    struct entry *entries, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		entries[i].shown = NULL;
	if (to->hides && sight_hide(db, a, to->user_id, entries, n, err) < 0)
		return -1;
	if (quote_load(db, a, to, entries, n, err) < 0 ||
	    load_targets(db, a, to, entries, n, err) < 0)
		return -1;
	if (load_forwards(db, a, entries, n, err) < 0)
		return -1;
	return load_reactions(db, a, to, entries, n, err);
}

int64_t shown_lowest(const struct entry *e)
{
	const struct entry *target = e->shown ? e->shown->target : NULL;
	int64_t lowest = 0;

	if (target)
		lowest = target->conv_index;
	/* A reply is behind what it quotes. */
	if (target && target->quote)
		lowest = target->quote->conv_index;
	if (e->quote)
		lowest = e->quote->conv_index;
	return lowest;
}

/* ---- writing ---- */

static void put_edited(struct json_writer *w, const struct entry_shown *s,
    int64_t floor)
{
	if (!s->edited.p || sight_of(s->target, floor) != SIGHT_WHOLE)
		return;
	json_key(w, "content");
	json_begin(w);
	json_put_raw(w, "content", s->edited);
	json_end(w);
}

/* A damaged one shows nothing, and spoils no answer. */
static void put_members(struct json_writer *w, const struct entry *e)
{
	if (json_is_members(e->body))
		json_members(w, e->body);
	else
		log_error("entry_body",
		    "conv_id=%" PRId64 " conv_index=%" PRId64, e->conv_id,
		    e->conv_index);
}

void shown_put_body(struct json_writer *w, const struct entry *e, int64_t floor)
{
	const struct entry_shown *s = e->shown;

	if (!s || !s->forward) {
		put_members(w, e);
	} else {
		json_members(w, s->forward->body);
		forward_put_origins(w, s->forward);
	}
	if (!s)
		return;
	put_edited(w, s, floor);
}

void shown_put_reactions(struct json_writer *w, const struct entry *e)
{
	const struct entry_shown *s = e->shown;

	if (!s || !s->n_reactions || sight_of(e, 0) != SIGHT_WHOLE)
		return;
	json_key(w, "reactions");
	json_begin(w);
	for (size_t i = 0; i < s->n_reactions; i++) {
		const struct reaction_count *r = &s->reactions[i];

		json_key_str(w, r->emoji);
		json_begin(w);
		json_put_int(w, "count", r->count);
		json_put_bool(w, "me", r->mine > 0);
		json_end(w);
	}
	json_end(w);
}

void shown_put_target(struct json_writer *w, const struct entry *e,
    int64_t floor)
{
	const struct entry *target = e->shown ? e->shown->target : NULL;

	if (!target || !e->shown->in_event ||
	    sight_of(target, floor) == SIGHT_HIDDEN)
		return;
	json_key(w, "target");
	view_entry(w, target, floor);
}
