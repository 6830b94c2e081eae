#include "im/user/privacy.h"

#include "im/user/user_setting.h"

/* Is by_id a contact of the user? */
static bool knows(const struct user_setting *s, int64_t by_id)
{
	return s->user_id == by_id;
}

static bool lets(const struct user_setting *s, enum privacy what, int64_t by_id)
{
	int64_t audience = what == PRIVACY_LAST_SEEN ? s->last_seen
						     : s->add_to_groups;

	return s->user_id == by_id || audience == AUDIENCE_EVERYONE ||
	       (audience == AUDIENCE_CONTACTS && knows(s, by_id));
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
	struct user_setting *rows;
	size_t n_rows;

	*refuses_out = ARENA_ARRAY(a, n, bool);
	if (user_setting_load(db, a, ids, n, &rows, &n_rows, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct user_setting *s = pick(rows, n_rows, ids[i]);

		(*refuses_out)[i] = s && !lets(s, what, by_id);
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
