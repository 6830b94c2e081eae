#include "im/conv/member.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/ids.h"
#include "base/order.h"
#include "im/conv/member_sql.h"
#include "im/site/generation.h"
#include "im/user/search.h"

static int by_conv_user(const void *x, const void *y)
{
	const struct member *a = x, *b = y;

	return order_pair(a->conv_id, b->conv_id, a->user_id, b->user_id);
}

/* The plan decides in which order a join comes. */
void member_sort(struct member *members, size_t n)
{
	if (n)
		qsort(members, n, sizeof(*members), by_conv_user);
}

int member_load(struct db *db, struct arena *a, const int64_t (*pairs)[2],
    size_t n, struct member **out, size_t *n_out, struct error *err)
{
	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	if (member_sql_load(db, a, db_pairs(a, pairs, n), out, n_out, err) < 0)
		return -1;
	member_sort(*out, *n_out);
	return 0;
}

int member_load_present(struct db *db, struct arena *a, const int64_t *conv_ids,
    size_t n, struct member **out, size_t *n_out, struct error *err)
{
	if (member_sql_present(db, a, conv_ids, n, out, n_out, err) < 0)
		return -1;
	member_sort(*out, *n_out);
	return 0;
}

struct member *member_pick(struct member *members, size_t n, int64_t conv_id,
    int64_t user_id)
{
	struct member key = { .conv_id = conv_id, .user_id = user_id };

	if (n == 0)
		return NULL;
	return bsearch(&key, members, n, sizeof(key), by_conv_user);
}

int member_check(const struct conv *c, const struct member *m,
    struct error *err)
{
	if (m && member_is_present(m))
		return 0;
	if (m && member_was_there(c, m))
		return err_set(err, ERR_GONE, "the conversation was dissolved");
	return err_set(err, ERR_NOT_FOUND, "no such conversation");
}

int member_find(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct member *out, struct error *err)
{
	int64_t pair[1][2] = { { conv_id, user_id } };
	struct member *rows;
	size_t n;

	if (member_load(db, a, pair, 1, &rows, &n, err) < 0)
		return -1;
	if (n > 0)
		*out = rows[0];
	return n > 0;
}

int member_get(struct db *db, struct arena *a, int64_t app_id, int64_t conv_id,
    int64_t user_id, struct conv *conv_out, struct member *member_out,
    struct error *err)
{
	struct member_place at;
	int found = member_sql_get(db, a, conv_id, user_id, &at, err);

	if (found < 0)
		return -1;
	if (found == 0 || at.conv.app_id != app_id)
		return member_check(&at.conv, NULL, err);
	if (member_check(&at.conv, &at.member, err) < 0)
		return -1;
	*conv_out = at.conv;
	*member_out = at.member;
	return 0;
}

int member_list(struct db *db, struct arena *a, const struct member_query *q,
    struct member **out, size_t *n_out, struct error *err)
{
	struct str like = STR_NONE, folded;
	int64_t *ids = NULL;
	size_t n = 0;
	int few = 0;

	if (q->name.p) {
		folded = search_query(a, q->name);
		*n_out = 0;
		if (!folded.len)
			return 0;
		like = db_like_within(a, folded);
		if (q->app_id)
			few = search_few(db, a, q->app_id, folded, &ids, &n,
			    err);
	}
	if (few < 0)
		return -1;
	if (few && n == 0)
		return 0;
	return member_sql_list(db, a, q, like,
	    few ? db_list(a, ids, n) : STR_NONE, out, n_out, err);
}

/* ---- the cached list ---- */

#define IDS_TTL_S     60
#define IS_PULL       STR("pull") /* in the place of the list */
#define IDS_REFRESHED 2000
#define IDS_MAX       100000 /* more do not fit into an item of memcached */
/* Beside an id: the member is refused, see refusal.h. */
#define IDS_REFUSED (UINT64_C(1) << 63)

static struct str ids_key(const struct cache *cache, struct arena *a,
    int64_t conv_id)
{
	return arena_printf(a, "m:%" PRId64 ":%" PRId64,
	    cache_generation(cache), conv_id);
}

static int load_ids(struct db *db, struct arena *a, int64_t conv_id,
    uint64_t **out, size_t *n_out, struct error *err)
{
	struct member *rows;
	size_t i;

	if (member_sql_ids(db, a, conv_id, &rows, n_out, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, *n_out, uint64_t);
	for (i = 0; i < *n_out; i++)
		(*out)[i] = (uint64_t)rows[i].user_id |
			    (rows[i].refused ? IDS_REFUSED : 0);
	return 0;
}

static void put_ids(struct cache *cache, struct arena *a, int64_t conv_id,
    int64_t version, const uint64_t *ids, size_t n)
{
	struct buf b;
	size_t i;

	buf_init(&b);
	for (i = 0; i < n; i++)
		buf_u64(&b, ids[i]);
	cache_put(cache, ids_key(cache, a, conv_id), version, buf_view(&b),
	    IDS_TTL_S);
	buf_release(&b);
}

static void put_pull(struct cache *cache, struct arena *a, int64_t conv_id,
    int64_t version)
{
	cache_put(cache, ids_key(cache, a, conv_id), version, IS_PULL,
	    IDS_TTL_S);
}

static int find_ids(struct db *db, struct cache *cache, struct arena *a,
    int64_t conv_id, uint64_t **out, size_t *n_out, bool *is_pull_out,
    struct error *err)
{
	struct cache_item item = { .is_hint = false };
	struct conv c;
	size_t i;

	cache = generation_follow(db, cache);
	if (cache)
		item.key = ids_key(cache, a, conv_id);
	*is_pull_out = false;
	if (cache && cache_get(cache, a, &item, 1) > 0) {
		*is_pull_out = str_eq(item.value, IS_PULL);
		*n_out = item.value.len / 8;
		*out = ARENA_ARRAY(a, *n_out, uint64_t);
		for (i = 0; i < *n_out; i++)
			(*out)[i] = get_u64(item.value.p + 8 * i);
		return 0;
	}
	/* Version first: a change in between leaves an old version with a newer
	 * list, which the refresh after that change replaces. */
	if (conv_get(db, a, conv_id, &c, err) < 0)
		return -1;
	*is_pull_out = c.mode == CONV_PULL;
	if (*is_pull_out) {
		*n_out = 0;
		*out = ARENA_ARRAY(a, 1, uint64_t);
		if (cache)
			put_pull(cache, a, conv_id, c.version);
		return 0;
	}
	if (load_ids(db, a, conv_id, out, n_out, err) < 0)
		return -1;
	if (cache && *n_out <= IDS_MAX)
		put_ids(cache, a, conv_id, c.version, *out, *n_out);
	return 0;
}

/* found_out: one of them is refused. */
static int plain_ids(struct db *db, struct cache *cache, struct arena *a,
    int64_t conv_id, int64_t **out, size_t *n_out, bool *is_pull_out,
    bool *found_out, struct error *err)
{
	uint64_t *ids;

	*found_out = false;
	if (find_ids(db, cache, a, conv_id, &ids, n_out, is_pull_out, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, *n_out, int64_t);
	for (size_t i = 0; i < *n_out; i++) {
		(*out)[i] = (int64_t)(ids[i] & ~IDS_REFUSED);
		*found_out |= (ids[i] & IDS_REFUSED) != 0;
	}
	return 0;
}

int member_ids(struct db *db, struct cache *cache, struct arena *a,
    int64_t conv_id, int64_t **out, size_t *n_out, bool *is_pull_out,
    struct error *err)
{
	bool ignored;

	return plain_ids(db, cache, a, conv_id, out, n_out, is_pull_out,
	    &ignored, err);
}

int member_ids_told(struct db *db, struct cache *cache, struct arena *a,
    int64_t conv_id, int64_t **out, size_t *n_out, bool *is_pull_out,
    struct error *err)
{
	bool is_refused;

	if (plain_ids(db, cache, a, conv_id, out, n_out, is_pull_out,
		&is_refused, err) < 0)
		return -1;
	if (is_refused)
		*n_out = 0;
	return 0;
}

void member_ids_refresh(struct db *db, struct cache *cache, struct arena *a,
    const struct conv *c)
{
	struct generation_change g;
	struct error ignored;
	uint64_t *ids;
	size_t n;

	if (!generation_begin(&g, db, cache))
		return;
	/* Of a large one who needs the list reads it. */
	if (c->mode == CONV_PULL)
		put_pull(cache, a, c->conv_id, c->version);
	else if (c->member_count <= IDS_REFRESHED &&
		 load_ids(db, a, c->conv_id, &ids, &n, &ignored) == 0 &&
		 n <= IDS_MAX)
		put_ids(cache, a, c->conv_id, c->version, ids, n);
	else
		cache_delete(cache, ids_key(cache, a, c->conv_id));
	generation_end(&g);
}

int member_senders(struct db *db, struct arena *a, int64_t conv_id,
    int64_t after, int64_t upto, int64_t **out, size_t *n_out,
    struct error *err)
{
	int64_t lo = after + 1;
	struct db_id *rows;
	size_t n;

	if (lo < upto - MEMBER_SENDERS_MAX + 1)
		lo = upto - MEMBER_SENDERS_MAX + 1;
	if (member_sql_senders(db, a, conv_id, lo, upto, &rows, &n, err) < 0)
		return -1;
	*out = ARENA_ARRAY(a, n, int64_t);
	for (size_t i = 0; i < n; i++)
		(*out)[i] = rows[i].id;
	*n_out = ids_sort_distinct(*out, n);
	return 0;
}

/* ---- changes ---- */

int member_enter(struct db *db, struct arena *a, const struct conv *c,
    const struct member *rows, size_t n, struct error *err)
{
	int64_t *users = ARENA_ARRAY(a, n, int64_t);

	for (size_t i = 0; i < n; i++)
		users[i] = rows[i].user_id;
	if (member_sql_keep_past(db, c->conv_id, db_list(a, users, n), err) < 0)
		return -1;
	return member_sql_enter(db, rows, n, err);
}

int member_exit(struct db *db, const struct member *rows, size_t n,
    struct error *err)
{
	return member_sql_exit(db, rows, n, err);
}

int member_exit_all(struct db *db, int64_t conv_id, int64_t left_index,
    struct error *err)
{
	return member_sql_exit_all(db, conv_id, left_index, err);
}

int member_put(struct db *db, const struct member *m, struct error *err)
{
	return member_sql_put(db, m, err);
}

int member_set_role(struct db *db, int64_t conv_id, int64_t user_id,
    int64_t role, struct error *err)
{
	return member_sql_set_role(db, conv_id, user_id, role, err);
}

int member_heir(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct member *out, struct error *err)
{
	return member_sql_heir(db, a, conv_id, user_id, out, err);
}
