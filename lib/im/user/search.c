#include "im/user/search.h"

#include <stdlib.h>

#include "base/ids.h"
#include "base/order.h"
#include "base/unicode.h"
#include "im/user/search_sql.h"

#define FOLDED_MAX 128 /* characters of a folded name */
#define PART_MAX   24  /* characters of a part, as in the schema */
#define PAGE       100
#define PAGES_MAX  10 /* rows of disabled users do not go on for ever */

struct str search_query(struct arena *a, struct str q)
{
	return unicode_fold(a, q, FOLDED_MAX);
}

struct str search_folded(struct arena *a, const struct user *u)
{
	struct str names[] = { search_query(a, u->username),
		search_query(a, u->display_name) };

	return arena_printf(a, "%.*s\n%.*s", STR_ARG(names[0]),
	    STR_ARG(names[1]));
}

/* ---- writing ---- */

static size_t add_parts(struct str name, const struct user *u,
    struct search_part *parts)
{
	size_t n = 0, at = 0, start;

	while (at < name.len) {
		enum unicode_place place;

		start = at;
		place = unicode_next(name, &at);
		if (place == UNICODE_BLANK)
			continue;
		parts[n++] = (struct search_part){
			.app_id = u->app_id,
			.place = place,
			.part = unicode_head((struct str){ name.p + start,
						 name.len - start },
			    PART_MAX),
			.user_id = u->user_id,
		};
	}
	return n;
}

/* Of both names, which are not longer than folded. */
static size_t add_names(struct str folded, const struct user *u,
    struct search_part *parts)
{
	struct str display = folded, username = str_cut(&display, '\n');
	size_t n = add_parts(username, u, parts);

	if (!str_eq(username, display))
		n += add_parts(display, u, parts + n);
	return n;
}

int search_add(struct db *db, struct arena *a, const struct user *users,
    size_t n, struct error *err)
{
	struct str *folded = ARENA_ARRAY(a, n, struct str);
	struct search_part *parts;
	size_t n_parts = 0, max = 0;

	for (size_t i = 0; i < n; i++) {
		folded[i] = search_folded(a, &users[i]);
		max += folded[i].len;
	}
	parts = ARENA_ARRAY(a, max, struct search_part);
	for (size_t i = 0; i < n; i++)
		n_parts += add_names(folded[i], &users[i], parts + n_parts);
	return search_sql_put(db, parts, n_parts, err);
}

int search_put(struct db *db, struct arena *a, const struct user *u,
    struct error *err)
{
	if (search_sql_clear(db, u->user_id, err) < 0)
		return -1;
	return search_add(db, a, u, 1, err);
}

/* ---- finding ---- */

struct hunt {
	struct db *db;
	struct cache *cache;
	struct arena *arena;
	int64_t app_id;
	struct str q; /* folded */
	struct user *users;
	size_t n;
};

static bool is_known(const struct hunt *h, int64_t user_id)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->users[i].user_id == user_id)
			return true;
	return false;
}

/* A part has only the beginning of a longer match. */
static bool matches(const struct hunt *h, const struct user *u)
{
	struct str names = search_folded(h->arena, u);

	return memmem(names.p, names.len, h->q.p, h->q.len) != NULL;
}

/* Adds the users of a page in its order. */
static int add_page(struct hunt *h, const struct search_part *parts, size_t n,
    struct error *err)
{
	int64_t *ids = ARENA_ARRAY(h->arena, n, int64_t);
	struct user *users;
	size_t n_users;

	for (size_t i = 0; i < n; i++)
		ids[i] = parts[i].user_id;
	if (user_load(h->db, h->cache, h->arena, ids, n, &users, &n_users,
		err) < 0)
		return -1;
	for (size_t i = 0; i < n && h->n < USER_SEARCH_MAX; i++) {
		const struct user *u = user_pick(users, n_users, ids[i]);

		if (u && !u->disabled_ms && !is_known(h, u->user_id) &&
		    matches(h, u))
			h->users[h->n++] = *u;
	}
	return 0;
}

static int hunt_place(struct hunt *h, enum unicode_place place,
    struct error *err)
{
	struct search_page page = {
		.app_id = h->app_id,
		.place = place,
		.like = db_like_prefix(h->arena, unicode_head(h->q, PART_MAX)),
		.after_part = STR(""),
		.limit = PAGE,
	};
	struct search_part *parts;
	size_t n;

	for (int i = 0; i < PAGES_MAX && h->n < USER_SEARCH_MAX; i++) {
		if (search_sql_find(h->db, h->arena, &page, &parts, &n, err) <
			0 ||
		    add_page(h, parts, n, err) < 0)
			return -1;
		if (n < PAGE)
			break;
		page.after_part = parts[n - 1].part;
		page.after_user_id = parts[n - 1].user_id;
	}
	return 0;
}

int search_users(struct db *db, struct cache *cache, struct arena *a,
    int64_t app_id, struct str q, struct user **out, size_t *n_out,
    struct error *err)
{
	struct hunt h = {
		.db = db,
		.cache = cache,
		.arena = a,
		.app_id = app_id,
		.q = search_query(a, q),
		.users = ARENA_ARRAY(a, USER_SEARCH_MAX, struct user),
	};

	for (int place = UNICODE_START; h.q.len && place < UNICODE_BLANK;
	     place++)
		if (h.n < USER_SEARCH_MAX &&
		    hunt_place(&h, (enum unicode_place)place, err) < 0)
			return -1;
	*out = h.users;
	*n_out = h.n;
	return 0;
}

int search_few(struct db *db, struct arena *a, int64_t app_id, struct str q,
    int64_t **ids_out, size_t *n_out, struct error *err)
{
	int64_t *ids = ARENA_ARRAY(a, SEARCH_FEW + 1, int64_t);
	size_t n = 0;

	for (int place = UNICODE_START; place < UNICODE_BLANK; place++) {
		const struct search_page page = {
			.app_id = app_id,
			.place = place,
			.like = db_like_prefix(a, unicode_head(q, PART_MAX)),
			.after_part = STR(""),
			.limit = SEARCH_FEW + 1 - (int64_t)n,
		};
		struct search_part *parts;
		size_t n_parts;

		if (search_sql_find(db, a, &page, &parts, &n_parts, err) < 0)
			return -1;
		for (size_t i = 0; i < n_parts; i++)
			ids[n++] = parts[i].user_id;
		if (n > SEARCH_FEW)
			return 0;
	}
	*ids_out = ids;
	*n_out = ids_sort_distinct(ids, n);
	return 1;
}

int search_drop(struct db *db, int64_t user_id, struct error *err)
{
	return search_sql_clear(db, user_id, err);
}
