#include "im/conv/entry.h"

#include <string.h>

#include "base/clock.h"
#include "base/ids.h"
#include "im/conv/archive.h"
#include "im/conv/entry_sql.h"

static const char *const kind_names[ENTRY_KIND_MAX] = {
	[ENTRY_MESSAGE] = "message",
	[ENTRY_RECALL] = "recall",
	[ENTRY_EDIT] = "edit",
	[ENTRY_REACTION] = "reaction",
	[ENTRY_PIN] = "pin",
	[ENTRY_UNPIN] = "unpin",
	[ENTRY_MEMBER] = "member",
	[ENTRY_SETTINGS] = "settings",
};

const struct entry_flag entry_flags[] = {
	{ "silent", ENTRY_SILENT },
	{ "no_unread", ENTRY_NO_UNREAD },
	{ "no_bump", ENTRY_NO_BUMP },
	{ .name = NULL },
};

#define AT(member) offsetof(struct entry, member)

static const size_t int_offsets[ENTRY_INTS] = { AT(conv_id), AT(conv_index),
	AT(msg_id), AT(sender_id), AT(kind), AT(type), AT(flags), AT(state),
	AT(ordinal), AT(own_ordinal), AT(sent_ms), AT(target_index),
	AT(reply_index), AT(edited_ms), AT(recalled_by), AT(expires_ms),
	AT(burn_s), AT(version) };

int64_t *entry_int(struct entry *e, size_t i)
{
	return (int64_t *)((char *)e + int_offsets[i]);
}

const char *entry_kind_name(int64_t kind)
{
	BUG_ON(kind <= 0 || kind >= ENTRY_KIND_MAX);
	return kind_names[kind];
}

static bool is_past(int64_t expires_ms)
{
	return expires_ms && expires_ms <= clock_site_ms();
}

bool entry_is_expired(const struct entry *e)
{
	return is_past(e->expires_ms);
}

bool entry_is_countable(const struct entry *e)
{
	return e->kind == ENTRY_MESSAGE && (e->flags & ENTRY_NO_UNREAD) == 0;
}

bool entry_bumps(const struct entry *e)
{
	return e->kind == ENTRY_MESSAGE && (e->flags & ENTRY_NO_BUMP) == 0;
}

bool entry_is_act(const struct entry *e)
{
	return e->kind >= ENTRY_RECALL && e->kind <= ENTRY_UNPIN;
}

/* ---- reading ---- */

static bool is_missing(const struct entry_ref *refs, size_t n,
    const struct entry *entries)
{
	for (size_t i = 0; i < n; i++)
		if (!entries[i].msg_id && refs[i].conv_index > 0)
			return true;
	return false;
}

static int load_rows(struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, struct str places,
    struct entry *out, struct error *err)
{
	struct entry *rows;
	size_t n_rows, row = 0;

	if (entry_sql_at(db, a, places, &rows, &n_rows, err) < 0)
		return -1;
	/* Rows are in the order of the places, without missing entries. */
	for (size_t i = 0; i < n; i++)
		out[i] = row < n_rows && rows[row].conv_id == refs[i].conv_id &&
				 rows[row].conv_index == refs[i].conv_index
			     ? rows[row++]
			     : (struct entry){ .msg_id = 0 };
	return 0;
}

/*
 * Rows first, then the archive: what moves there in between is found.  What
 * comes back from there in between is found among the rows once more.
 */
#define LOOKS 2

int entry_load(struct db *db, struct arena *a, const struct entry_ref *refs,
    size_t n, struct entry *out, struct error *err)
{
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));
	struct str places;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = refs[i].conv_id;
		pairs[i][1] = refs[i].conv_index;
	}
	places = db_pairs(a, pairs, n);
	for (int look = 0; look < LOOKS; look++) {
		if (load_rows(db, a, refs, n, places, out, err) < 0)
			return -1;
		if (!is_missing(refs, n, out))
			return 0;
		if (archive_load(db, a, refs, n, out, err) < 0)
			return -1;
		if (!is_missing(refs, n, out))
			return 0;
	}
	return 0;
}

/* Rows of a range are its upper end, and the archived ones come before them. */
static void join_range(struct arena *a, const struct entry *old, size_t n_old,
    struct entry **out, size_t *n_out)
{
	struct entry *all;

	if (n_old == 0)
		return;
	all = ARENA_ARRAY(a, n_old + *n_out, struct entry);
	memcpy(all, old, n_old * sizeof(*all));
	if (*n_out)
		memcpy(all + n_old, *out, *n_out * sizeof(*all));
	*out = all;
	*n_out += n_old;
}

int entry_range(struct db *db, struct arena *a, int64_t conv_id, int64_t lo,
    int64_t hi, struct entry **out, size_t *n_out, struct error *err)
{
	struct entry *old;
	size_t n_old;
	int64_t first;

	*n_out = 0;
	*out = NULL;
	if (lo > hi)
		return 0;
	for (int look = 0; look < LOOKS; look++) {
		if (entry_sql_range(db, a, conv_id, lo, hi, out, n_out, err) <
		    0)
			return -1;
		first = *n_out ? (*out)[0].conv_index : hi + 1;
		if (first <= lo)
			return 0;
		if (archive_range(db, a, conv_id, lo, first - 1, &old, &n_old,
			err) < 0)
			return -1;
		join_range(a, old, n_old, out, n_out);
		if (n_old && (int64_t)n_old == first - lo)
			return 0;
	}
	return 0;
}

static struct entry_place place_of(const struct entry *e)
{
	return (struct entry_place){ e->msg_id, e->conv_id, e->conv_index,
		e->kind, e->state, e->expires_ms };
}

/* The archived ones of n ids, but for those that were found. */
static int load_archived(struct db *db, struct arena *a, const int64_t *ids,
    size_t n, int64_t *found, size_t n_found, struct entry **out, size_t *n_out,
    struct error *err)
{
	int64_t *missing = ARENA_ARRAY(a, n, int64_t);
	size_t n_missing = 0;

	n_found = ids_sort_distinct(found, n_found);
	for (size_t i = 0; i < n; i++)
		if (ids_find(found, n_found, ids[i]) < 0)
			missing[n_missing++] = ids[i];
	*n_out = 0;
	return n_missing
		   ? archive_by_ids(db, a, missing, n_missing, out, n_out, err)
		   : 0;
}

/* Adds those of n ids that are archived to the n_found first of `all`. */
static int add_archived_places(struct db *db, struct arena *a,
    const int64_t *ids, size_t n, struct entry_place *all, size_t *n_found,
    struct error *err)
{
	int64_t *found = ARENA_ARRAY(a, *n_found, int64_t);
	struct entry *entries;
	size_t n_entries;

	for (size_t i = 0; i < *n_found; i++)
		found[i] = all[i].msg_id;
	if (load_archived(db, a, ids, n, found, *n_found, &entries, &n_entries,
		err) < 0)
		return -1;
	for (size_t i = 0; i < n_entries; i++)
		all[(*n_found)++] = place_of(&entries[i]);
	return 0;
}

int entry_places(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct entry_place **out, size_t *n_out, struct error *err)
{
	struct entry_place *all = ARENA_ARRAY(a, n, struct entry_place), *some;
	size_t n_some;

	*n_out = 0;
	*out = all;
	for (size_t i = 0; i < n; i += ENTRY_IDS_MAX) {
		struct entry_ids in = { { 0 } };

		for (size_t k = 0; k < ENTRY_IDS_MAX && i + k < n; k++)
			in.v[k] = ids[i + k];
		if (entry_sql_places(db, a, &in, &some, &n_some, err) < 0)
			return -1;
		for (size_t k = 0; k < n_some; k++)
			all[(*n_out)++] = some[k];
	}
	if (*n_out < n &&
	    add_archived_places(db, a, ids, n, all, n_out, err) < 0)
		return -1;
	for (size_t i = 0; i < *n_out; i++)
		if (is_past(all[i].expires_ms))
			all[i].state = ENTRY_GONE;
	return 0;
}

static int add_archived_origins(struct db *db, struct arena *a,
    const int64_t *ids, size_t n, struct entry_origin **out, size_t *n_out,
    struct error *err)
{
	struct entry_origin *all;
	int64_t *found = ARENA_ARRAY(a, *n_out, int64_t);
	struct entry *entries;
	size_t n_entries;

	for (size_t i = 0; i < *n_out; i++)
		found[i] = (*out)[i].msg_id;
	if (load_archived(db, a, ids, n, found, *n_out, &entries, &n_entries,
		err) < 0)
		return -1;
	all = ARENA_ARRAY(a, *n_out + n_entries, struct entry_origin);
	if (*n_out)
		memcpy(all, *out, *n_out * sizeof(*all));
	*out = all;
	for (size_t i = 0; i < n_entries; i++) {
		const struct entry *e = &entries[i];

		if (e->kind == ENTRY_MESSAGE)
			all[(*n_out)++] = (struct entry_origin){ e->msg_id,
				e->sender_id, e->sent_ms, e->state,
				e->expires_ms };
	}
	return 0;
}

int entry_origins(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct entry_origin **out, size_t *n_out, struct error *err)
{
	if (entry_sql_origins(db, a, db_list(a, ids, n), out, n_out, err) < 0 ||
	    (*n_out < n &&
		add_archived_origins(db, a, ids, n, out, n_out, err) < 0))
		return -1;
	for (size_t i = 0; i < *n_out; i++)
		if (is_past((*out)[i].expires_ms))
			(*out)[i].state = ENTRY_GONE;
	return 0;
}

int entry_newest_shown(struct db *db, struct arena *a,
    const struct entry_ref *refs, size_t n, struct entry_ref **out,
    size_t *n_out, struct error *err)
{
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));

	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = refs[i].conv_id;
		pairs[i][1] = refs[i].conv_index;
	}
	return entry_sql_newest_shown(db, a, db_pairs(a, pairs, n), out, n_out,
	    err);
}

int entry_newest_seen(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct entry_ref **out,
    size_t *n_out, struct error *err)
{
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));

	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = refs[i].conv_id;
		pairs[i][1] = refs[i].conv_index;
	}
	return entry_sql_newest_seen(db, a, user_id, db_pairs(a, pairs, n), out,
	    n_out, err);
}

int entry_by_msg(struct db *db, struct arena *a, int64_t msg_id,
    struct entry *out, struct error *err)
{
	struct entry *old;
	size_t n;
	int found;

	/* A statement fills only what it names. */
	*out = (struct entry){ .msg_id = msg_id };
	found = entry_sql_by_msg(db, a, msg_id, out, err);
	if (found)
		return found;
	if (archive_by_ids(db, a, &msg_id, 1, &old, &n, err) < 0)
		return -1;
	if (n)
		*out = *old;
	return n > 0;
}
