#include "im/user/user.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/ids.h"
#include "base/order.h"
#include "base/unicode.h"
#include "im/site/app_log.h"
#include "im/site/generation.h"
#include "im/site/node.h"
#include "im/user/search.h"
#include "im/user/user_sql.h"
#include "io/db_clock.h"

#define CACHE_TTL_S 300

/* ---- cache ---- */

static struct str cache_key(const struct cache *cache, struct arena *a,
    int64_t user_id)
{
	return arena_printf(a, "u:%" PRId64 ":%" PRId64,
	    cache_generation(cache), user_id);
}

/* The length plus one; 0 means NULL. */
static void put_text(struct buf *b, struct str s)
{
	buf_u32(b, s.p ? (uint32_t)s.len + 1 : 0);
	buf_str(b, s);
}

static bool get_text(struct str *rest, struct str *out)
{
	uint32_t n;

	if (rest->len < 4)
		return false;
	n = get_u32(rest->p);
	rest->p += 4;
	rest->len -= 4;
	*out = STR_NONE;
	if (!n--)
		return true;
	if (n > rest->len)
		return false;
	*out = (struct str){ rest->p, n };
	rest->p += n;
	rest->len -= n;
	return true;
}

#define PACKED_HEAD (5 * 8)

static void pack(struct buf *b, const struct user *u)
{
	buf_u64(b, (uint64_t)u->user_id);
	buf_u64(b, (uint64_t)u->app_id);
	buf_u64(b, (uint64_t)u->bot);
	buf_u64(b, (uint64_t)u->created_ms);
	buf_u64(b, (uint64_t)u->disabled_ms);
	put_text(b, u->username);
	put_text(b, u->display_name);
	put_text(b, u->avatar);
	put_text(b, u->bio);
	put_text(b, u->meta);
}

static bool unpack(const struct cache_item *it, struct user *u)
{
	struct str v = it->value;

	if (!v.p || v.len < PACKED_HEAD)
		return false;
	u->user_id = (int64_t)get_u64(v.p);
	u->app_id = (int64_t)get_u64(v.p + 8);
	u->bot = (int64_t)get_u64(v.p + 16);
	u->created_ms = (int64_t)get_u64(v.p + 24);
	u->disabled_ms = (int64_t)get_u64(v.p + 32);
	u->version = it->seq;
	v.p += PACKED_HEAD;
	v.len -= PACKED_HEAD;
	return get_text(&v, &u->username) && get_text(&v, &u->display_name) &&
	       get_text(&v, &u->avatar) && get_text(&v, &u->bio) &&
	       get_text(&v, &u->meta);
}

static void cache_user(struct cache *cache, struct arena *a,
    const struct user *u)
{
	struct buf b;

	buf_init(&b);
	pack(&b, u);
	cache_put(cache, cache_key(cache, a, u->user_id), u->version,
	    buf_view(&b), CACHE_TTL_S);
	buf_release(&b);
}

void user_changed(struct db *db, struct cache *cache, struct arena *a,
    const struct user *u)
{
	struct generation_change g;

	if (!generation_begin(&g, db, cache))
		return;
	cache_user(cache, a, u);
	generation_end(&g);
}

/* ---- reading ---- */

static int by_id(const void *x, const void *y)
{
	const struct user *a = x, *b = y;

	return order_i64(a->user_id, b->user_id);
}

/* Puts cached ones into users and the ids of others into missing. */
static size_t load_cached(struct cache *cache, struct arena *a,
    const int64_t *ids, size_t n, struct user *users, int64_t *missing,
    size_t *n_missing_out)
{
	struct cache_item *items = ARENA_ARRAY(a, n, struct cache_item);
	size_t hits = 0;

	*n_missing_out = 0;
	for (size_t i = 0; cache && i < n; i++)
		items[i].key = cache_key(cache, a, ids[i]);
	if (cache)
		cache_get(cache, a, items, n);
	for (size_t i = 0; i < n; i++) {
		if (unpack(&items[i], &users[hits]))
			hits++;
		else
			missing[(*n_missing_out)++] = ids[i];
	}
	return hits;
}

bool user_is_erased(const struct user *u)
{
	return u->username.len && u->username.p[0] == USER_ERASED;
}

static size_t leave_erased(struct user *users, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!user_is_erased(&users[i]))
			users[kept++] = users[i];
	return kept;
}

int user_load(struct db *db, struct cache *cache, struct arena *a,
    const int64_t *ids, size_t n, struct user **out, size_t *n_out,
    struct error *err)
{
	int64_t *sorted = ARENA_ARRAY(a, n, int64_t);
	int64_t *missing = ARENA_ARRAY(a, n, int64_t);
	struct user *users = ARENA_ARRAY(a, n, struct user), *more;
	size_t n_sorted, n_missing, n_more = 0, hits;

	for (size_t i = 0; i < n; i++)
		sorted[i] = ids[i];
	n_sorted = ids_sort_distinct(sorted, n);
	cache = generation_follow(db, cache);
	hits = load_cached(cache, a, sorted, n_sorted, users, missing,
	    &n_missing);
	if (n_missing && user_sql_load(db, a, db_list(a, missing, n_missing),
			     &more, &n_more, err) < 0)
		return -1;
	for (size_t i = 0; i < n_more; i++) {
		if (cache)
			cache_user(cache, a, &more[i]);
		users[hits++] = more[i];
	}
	*out = users;
	*n_out = leave_erased(users, hits);
	qsort(users, *n_out, sizeof(*users), by_id);
	return 0;
}

int user_read(struct db *db, struct arena *a, int64_t user_id,
    struct user **out, struct error *err)
{
	struct user *users;
	size_t n;

	if (user_sql_load(db, a, db_list(a, &user_id, 1), &users, &n, err) < 0)
		return -1;
	*out = n ? users : NULL;
	return 0;
}

const struct user *user_pick(const struct user *users, size_t n, int64_t id)
{
	struct user key = { .user_id = id };

	return n ? bsearch(&key, users, n, sizeof(*users), by_id) : NULL;
}

int user_find(struct db *db, struct cache *cache, struct arena *a,
    int64_t app_id, int64_t user_id, struct user *out, struct error *err)
{
	struct user *users;
	size_t n;

	if (user_load(db, cache, a, &user_id, 1, &users, &n, err) < 0)
		return -1;
	if (n == 0 || users[0].app_id != app_id)
		return 0;
	*out = users[0];
	return 1;
}

int user_page(struct db *db, struct arena *a, int64_t app_id, int64_t after_id,
    int64_t limit, struct user **out, size_t *n_out, struct error *err)
{
	return user_sql_page(db, a, app_id, after_id, limit, out, n_out, err);
}

bool user_is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '.' && c != '_' && c != '-')
			return false;
	}
	return s.len >= 1 && s.len <= USER_NAME_MAX;
}

bool user_is_display_name(struct str s)
{
	return str_is_utf8(s) && str_utf8_count(s) <= USER_DISPLAY_MAX &&
	       !unicode_label_fault(s);
}

int user_find_named(struct db *db, struct arena *a, int64_t app_id,
    struct str username, struct user *out, struct error *err)
{
	/* The column is ASCII: comparing other text with it is an error. */
	if (!user_is_name(username))
		return 0;
	return user_sql_by_name(db, a, app_id, username, out, err);
}

/* ---- writing ---- */

struct change {
	struct arena *arena;
	int64_t user_id;
	const struct user_patch *patch;
	struct user *out;
	struct inbox_row *event;
};

static bool put(struct str *dst, bool has, struct str value)
{
	if (!has || str_eq(*dst, value))
		return false;
	*dst = value;
	return true;
}

static bool apply(struct user *u, const struct user_patch *p)
{
	bool changed = put(&u->display_name, p->has_display_name,
	    p->display_name);

	changed |= put(&u->avatar, p->has_avatar, p->avatar);
	changed |= put(&u->bio, p->has_bio, p->bio);
	changed |= put(&u->meta, p->has_meta, p->meta);
	return changed;
}

/* The lock on user_seq serialises changes of one user. */
static int change(struct db *db, void *arg, struct error *err)
{
	struct change *c = arg;
	struct app_event changed;
	struct inbox_seq *seqs;
	struct user *users;
	struct str before;
	size_t n;

	*c->event = (struct inbox_row){ .user_id = c->user_id,
		.kind = INBOX_PROFILE };
	if (inbox_lock(db, c->arena, &c->user_id, 1, &seqs, &n, err) < 0)
		return -1;
	if (n > 0)
		c->event->at_ms = seqs->now_ms;
	if (user_sql_load(db, c->arena, db_list(c->arena, &c->user_id, 1),
		&users, &n, err) < 0)
		return -1;
	if (n == 0 || user_is_erased(users))
		return err_set(err, ERR_NOT_FOUND, "no such user");
	*c->out = users[0];
	before = users[0].display_name;
	if (!apply(c->out, c->patch))
		return 0;
	c->out->version++;
	changed = (struct app_event){
		.app_id = c->out->app_id,
		.kind = APP_USER_CHANGED,
		.user_id = c->user_id,
	};
	if (inbox_add(db, c->arena, c->event, err) < 0 ||
	    user_sql_update(db, c->out, search_folded(c->arena, c->out), err) <
		0)
		return -1;
	if (!str_eq(before, c->out->display_name) &&
	    search_put(db, c->arena, c->out, err) < 0)
		return -1;
	return app_log_add(db, &changed, 1, err);
}

/* The lock waits for the session that was lost. */
static int was_changed(struct db *db, void *arg, struct error *err)
{
	const struct change *c = arg;
	struct inbox_seq *seqs;
	struct user *users;
	size_t n;

	if (inbox_lock(db, c->arena, &c->user_id, 1, &seqs, &n, err) < 0 ||
	    user_sql_load(db, c->arena, db_list(c->arena, &c->user_id, 1),
		&users, &n, err) < 0)
		return -1;
	return n > 0 && users->version >= c->out->version &&
	       !apply(users, c->patch);
}

int user_update(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, const struct user_patch *patch, struct user *out,
    struct inbox_row *event_out, struct error *err)
{
	struct change c = { a, user_id, patch, out, event_out };

	if (generation_tx(db, cache, change, was_changed, &c, err) < 0)
		return -1;
	user_changed(db, cache, a, out);
	return 0;
}

int user_password_hash(struct db *db, struct arena *a, int64_t user_id,
    struct str *hash_out, struct error *err)
{
	return user_sql_password_hash(db, a, user_id, hash_out, err);
}

int user_set_password(struct db *db, int64_t user_id, struct str hash,
    struct error *err)
{
	struct user_credential c = { user_id, hash, db_clock_ms(db) };

	return user_sql_put_credential(db, &c, err);
}

struct disabling {
	struct arena *arena;
	int64_t user_id;
	bool is_disabled;
	struct user *out;
};

static int set_disabled(struct db *db, void *arg, struct error *err)
{
	struct disabling *d = arg;
	struct app_event event = { .user_id = d->user_id };
	struct user *users;
	size_t n;

	event.kind = d->is_disabled ? APP_USER_DISABLED : APP_USER_ENABLED;
	if (user_sql_set_disabled(db, d->user_id,
		d->is_disabled ? db_clock_ms(db) : 0, err) < 0 ||
	    user_sql_load(db, d->arena, db_list(d->arena, &d->user_id, 1),
		&users, &n, err) < 0)
		return -1;
	d->out = n ? users : NULL;
	if (!d->out)
		return 0;
	event.app_id = d->out->app_id;
	return app_log_add(db, &event, 1, err);
}

/* The lock waits for the session that was lost. */
static int was_set(struct db *db, void *arg, struct error *err)
{
	const struct disabling *d = arg;
	struct user *users;
	size_t n;

	if (!d->out)
		return 1;
	if (user_sql_lock(db, d->arena, d->user_id, err) < 0 ||
	    user_sql_load(db, d->arena, db_list(d->arena, &d->user_id, 1),
		&users, &n, err) < 0)
		return -1;
	return n > 0 && users->version >= d->out->version &&
	       (users->disabled_ms != 0) == d->is_disabled;
}

int user_set_disabled(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, bool is_disabled, struct error *err)
{
	struct disabling d = { a, user_id, is_disabled, NULL };

	if (generation_tx(db, cache, set_disabled, was_set, &d, err) < 0)
		return -1;
	if (d.out)
		user_changed(db, cache, a, d.out);
	return d.out != NULL;
}
