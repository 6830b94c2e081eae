#include "im/user/privacy.h"

#include "base/ids.h"
#include "im/user/block.h"
#include "im/user/contact.h"
#include "im/user/user_setting.h"

static int64_t audience_of(const struct user_setting *s, enum privacy what)
{
	return what == PRIVACY_LAST_SEEN ? s->last_seen : s->add_to_groups;
}

/* Of the users who let their contacts do it, those whose contact by_id is. */
static int find_contacts(struct db *db, struct arena *a, enum privacy what,
    int64_t by_id, const struct user_setting *rows, size_t n, int64_t **out,
    size_t *n_out, struct error *err)
{
	int64_t *ids = ARENA_ARRAY(a, n, int64_t);
	size_t n_ids = 0;

	for (size_t i = 0; i < n; i++)
		if (audience_of(&rows[i], what) == AUDIENCE_CONTACTS)
			ids[n_ids++] = rows[i].user_id;
	*n_out = 0;
	if (n_ids == 0)
		return 0;
	return contact_of(db, a, ids, n_ids, by_id, out, n_out, err);
}

static int find_blockers(struct db *db, struct arena *a, enum privacy what,
    int64_t by_id, const int64_t *ids, size_t n, int64_t **out, size_t *n_out,
    struct error *err)
{
	*n_out = 0;
	if (what != PRIVACY_ADD_TO_GROUPS || n == 0)
		return 0;
	return block_by(db, a, ids, n, by_id, out, n_out, err);
}

static const struct user_setting *pick(const struct user_setting *rows,
    size_t n, int64_t user_id)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].user_id == user_id)
			return &rows[i];
	return NULL;
}

int privacy_refusals(struct db *db, struct arena *a, enum privacy what,
    int64_t by_id, const int64_t *ids, size_t n, bool **refuses_out,
    struct error *err)
{
	int64_t *contacts, *blockers;
	struct user_setting *rows;
	size_t n_rows, n_contacts, n_blockers;

	*refuses_out = ARENA_ARRAY(a, n, bool);
	if (by_id == 0)
		return 0;
	if (user_setting_load(db, a, ids, n, &rows, &n_rows, err) < 0 ||
	    find_contacts(db, a, what, by_id, rows, n_rows, &contacts,
		&n_contacts, err) < 0 ||
	    find_blockers(db, a, what, by_id, ids, n, &blockers, &n_blockers,
		err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct user_setting *s = pick(rows, n_rows, ids[i]);
		int64_t audience = s ? audience_of(s, what) : AUDIENCE_EVERYONE;

		(*refuses_out)[i] =
		    ids[i] != by_id &&
		    (ids_find(blockers, n_blockers, ids[i]) >= 0 ||
			audience == AUDIENCE_NOBODY ||
			(audience == AUDIENCE_CONTACTS &&
			    ids_find(contacts, n_contacts, ids[i]) < 0));
	}
	return 0;
}

static bool gives(const struct user_setting *rows, size_t n, int64_t user_id)
{
	const struct user_setting *s = pick(rows, n, user_id);

	return !s || s->read_receipts;
}

int privacy_readers(struct db *db, struct arena *a, int64_t user_id,
    const int64_t *ids, size_t n, int64_t **shown_out, size_t *n_out,
    bool *gives_out, struct error *err)
{
	int64_t *all = ARENA_ARRAY(a, n + 1, int64_t);
	struct user_setting *rows;
	size_t n_rows;

	for (size_t i = 0; i < n; i++)
		all[i] = ids[i];
	all[n] = user_id;
	*n_out = 0;
	*shown_out = all;
	if (user_setting_load(db, a, all, n + 1, &rows, &n_rows, err) < 0)
		return -1;
	*gives_out = gives(rows, n_rows, user_id);
	for (size_t i = 0; *gives_out && i < n; i++)
		if (gives(rows, n_rows, ids[i]))
			all[(*n_out)++] = ids[i];
	return 0;
}
