#include "im/conv/reaction.h"

#include <stdlib.h>

#include "base/order.h"
#include "base/unicode.h"
#include "im/conv/reaction_sql.h"

int reaction_kinds(struct db *db, struct arena *a, const struct entry *e,
    struct reaction_kind **out, size_t *n_out, struct error *err)
{
	*out = NULL;
	*n_out = 0;
	return e->flags & ENTRY_REACTIONS
		   ? reaction_sql_kinds(db, a, e, out, n_out, err)
		   : 0;
}

struct str reaction_kind_find(struct arena *a,
    const struct reaction_kind *kinds, size_t n, struct str emoji)
{
	struct str plain = unicode_emoji(a, emoji);

	for (size_t i = 0; i < n; i++)
		if (str_eq(unicode_emoji(a, kinds[i].emoji), plain))
			return kinds[i].emoji;
	return STR_NONE;
}

/* Of one kind. */
static int list_of(struct db *db, struct arena *a, const struct entry *e,
    struct str emoji, const struct reaction *after, int64_t limit,
    struct reaction **out, size_t *n_out, struct error *err)
{
	struct reaction_kind *kinds;
	size_t n;

	if (reaction_kinds(db, a, e, &kinds, &n, err) < 0)
		return -1;
	emoji = reaction_kind_find(a, kinds, n, emoji);
	return emoji.p ? reaction_sql_list_of(db, a, e, emoji, after->user_id,
			     limit, out, n_out, err)
		       : 0;
}

int message_reactions(struct db *db, struct arena *a, const struct entry *e,
    struct str only_emoji, const struct reaction *after, int64_t limit,
    struct reaction **out, size_t *n_out, struct error *err)
{
	*out = NULL;
	*n_out = 0;
	if (!(e->flags & ENTRY_REACTIONS))
		return 0;
	if (only_emoji.p)
		return list_of(db, a, e, only_emoji, after, limit, out, n_out,
		    err);
	return reaction_sql_list(db, a, e, after, limit, out, n_out, err);
}

static int by_place(const void *x, const void *y)
{
	const struct reaction_count *a = x, *b = y;

	if (a->conv_id != b->conv_id || a->conv_index != b->conv_index)
		return order_pair(a->conv_id, b->conv_id, a->conv_index,
		    b->conv_index);
	return order_i64(a->first_ms, b->first_ms);
}

int reaction_counts(struct db *db, struct arena *a, int64_t user_id,
    const struct entry_ref *refs, size_t n, struct reaction_count **out,
    size_t *n_out, struct error *err)
{
	int64_t(*pairs)[2] = arena_array(a, n, sizeof(*pairs));
	size_t n_pairs = 0;

	/* Each once: a message that is there twice would count twice. */
	for (size_t i = 0, k; i < n; i++) {
		for (k = 0; k < n_pairs; k++)
			if (pairs[k][0] == refs[i].conv_id &&
			    pairs[k][1] == refs[i].conv_index)
				break;
		pairs[k][0] = refs[i].conv_id;
		pairs[k][1] = refs[i].conv_index;
		if (k == n_pairs)
			n_pairs++;
	}
	if (reaction_sql_counts(db, a, user_id, db_pairs(a, pairs, n_pairs),
		out, n_out, err) < 0)
		return -1;
	if (*n_out)
		qsort(*out, *n_out, sizeof(**out), by_place);
	return 0;
}

int reaction_users(struct db *db, struct arena *a, const struct entry_ref *ref,
    const int64_t *users, size_t n, struct reaction **out, size_t *n_out,
    struct error *err)
{
	return reaction_sql_users(db, a, ref, db_list(a, users, n), out, n_out,
	    err);
}
