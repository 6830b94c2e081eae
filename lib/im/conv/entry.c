#include "im/conv/entry.h"

#include "base/clock.h"
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

int entry_load(struct db *db, struct arena *a, const struct entry_ref *refs,
    size_t n, struct entry *out, struct error *err)
{
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));
	struct entry *rows;
	size_t n_rows, row = 0;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		pairs[i][0] = refs[i].conv_id;
		pairs[i][1] = refs[i].conv_index;
	}
	if (entry_sql_at(db, a, db_pairs(a, pairs, n), &rows, &n_rows, err) < 0)
		return -1;
	/* Rows are in the order of the places, without missing entries. */
	for (size_t i = 0; i < n; i++)
		out[i] = row < n_rows && rows[row].conv_id == refs[i].conv_id &&
				 rows[row].conv_index == refs[i].conv_index
			     ? rows[row++]
			     : (struct entry){ .msg_id = 0 };
	return 0;
}

int entry_range(struct db *db, struct arena *a, int64_t conv_id, int64_t lo,
    int64_t hi, struct entry **out, size_t *n_out, struct error *err)
{
	*n_out = 0;
	*out = NULL;
	if (lo > hi)
		return 0;
	return entry_sql_range(db, a, conv_id, lo, hi, out, n_out, err);
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
		for (size_t k = 0; k < n_some; k++) {
			if (is_past(some[k].expires_ms))
				some[k].state = ENTRY_GONE;
			all[(*n_out)++] = some[k];
		}
	}
	return 0;
}

int entry_origins(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct entry_origin **out, size_t *n_out, struct error *err)
{
	if (entry_sql_origins(db, a, db_list(a, ids, n), out, n_out, err) < 0)
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
	/* A statement fills only what it names. */
	*out = (struct entry){ .msg_id = msg_id };
	return entry_sql_by_msg(db, a, msg_id, out, err);
}
