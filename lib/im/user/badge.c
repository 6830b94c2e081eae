#include "im/user/badge.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/ids.h"
#include "im/site/conv_mode.h"
#include "im/site/generation.h"
#include "im/user/badge_sql.h"
#include "io/db_clock.h"

#define PIECE       500 /* chats of one statement */
#define TOTAL_TTL_S 60

/* A count of the sum. */
struct sum {
	struct db *db;
	struct arena *a;
	int64_t user_id, now_ms;
	struct badge badge;
	bool is_full;  /* all was counted */
	size_t n_tail; /* events since upto_index */
	int64_t *ids;  /* the chats that were counted, ascending */
	size_t n;
	struct badge_change *changes; /* of each of them */
	int64_t stored, pull;         /* the sum is both */
	int64_t until_ms;
	bool is_kept; /* and in badge and badge_chat */
};

/* ---- which chats ---- */

static void add_ids(struct sum *s, const struct db_id *rows, size_t n)
{
	int64_t *all = ARENA_ARRAY(s->a, s->n + n, int64_t);
	size_t k = 0;

	for (size_t i = 0; i < s->n; i++)
		all[k++] = s->ids[i];
	for (size_t i = 0; i < n; i++)
		if (rows[i].id)
			all[k++] = rows[i].id;
	s->ids = all;
	s->n = ids_sort_distinct(all, k);
}

/* What events and times tell; is_full: too much of it. */
static int find_changed(struct sum *s, struct error *err)
{
	struct db_id *rows;
	size_t n;

	s->is_full = s->badge.upto_index < s->badge.floor_index;
	if (s->is_full)
		return 0;
	if (badge_sql_tail(s->db, s->a, s->user_id, s->badge.upto_index,
		BADGE_TAIL_MAX + 1, &rows, &s->n_tail, err) < 0)
		return -1;
	s->is_full = s->n_tail > BADGE_TAIL_MAX;
	if (s->is_full)
		return 0;
	add_ids(s, rows, s->n_tail);
	if (!s->badge.again_ms || s->badge.again_ms > s->now_ms)
		return 0;
	if (badge_sql_lapsed(s->db, s->a, s->user_id, s->now_ms, &rows, &n,
		err) < 0)
		return -1;
	add_ids(s, rows, n);
	return 0;
}

static int find_all(struct sum *s, struct error *err)
{
	struct db_id *rows;
	size_t n;

	if (badge_sql_plain(s->db, s->a, s->user_id, &rows, &n, err) < 0)
		return -1;
	add_ids(s, rows, n);
	if (badge_sql_known(s->db, s->a, s->user_id, INT32_MAX, &rows, &n,
		err) < 0)
		return -1;
	add_ids(s, rows, n);
	return 0;
}

static int find_pull(struct sum *s, struct error *err)
{
	struct db_id *rows;
	size_t n;

	if (!s->badge.has_pull)
		return 0;
	if (badge_sql_pull(s->db, s->a, s->user_id, &rows, &n, err) < 0)
		return -1;
	add_ids(s, rows, n);
	return 0;
}

/* ---- counting them ---- */

static bool is_push(const struct chat *c)
{
	return c->listed && c->mode == CONV_PUSH;
}

static struct badge_change *change_of(struct sum *s, int64_t conv_id)
{
	return &s->changes[ids_find(s->ids, s->n, conv_id)];
}

static void sooner(int64_t *at_ms, int64_t than_ms)
{
	if (than_ms && (!*at_ms || than_ms < *at_ms))
		*at_ms = than_ms;
}

static void take_chats(struct sum *s, const struct chat *chats, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct chat *c = &chats[i];
		struct badge_change *g = change_of(s, c->conv_id);
		bool counts = chat_is_counted(c, s->now_ms);

		g->chat = *c;
		if (c->listed && !is_push(c))
			s->pull += counts ? c->unread : 0;
		if (!is_push(c))
			continue;
		g->unread = c->unread;
		g->counted = counts ? c->unread : 0;
		if (c->unread && c->muted_until_ms > s->now_ms)
			g->again_ms = c->muted_until_ms;
	}
}

/* "[[conv_id,read_index,last_index],...]" of those with something unread. */
static struct str spans_of(struct sum *s, const struct chat *chats, size_t n)
{
	struct str list = STR_NONE;
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < n; i++)
		if (is_push(&chats[i]) && chats[i].unread)
			buf_printf(&b,
			    "%s[%" PRId64 ",%" PRId64 ",%" PRId64 "]",
			    b.len ? "," : "[", chats[i].conv_id,
			    chats[i].read_index, chats[i].last_index);
	if (b.len) {
		buf_char(&b, ']');
		list = arena_str(s->a, buf_view(&b));
	}
	buf_release(&b);
	return list;
}

static int take_expiring(struct sum *s, const struct chat *chats, size_t n,
    struct error *err)
{
	const struct str spans = spans_of(s, chats, n);
	struct badge_chat *rows;

	if (!spans.p)
		return 0;
	if (badge_sql_expiring(s->db, s->a, s->now_ms, spans, &rows, &n, err) <
	    0)
		return -1;
	for (size_t i = 0; i < n; i++)
		sooner(&change_of(s, rows[i].conv_id)->again_ms,
		    rows[i].again_ms);
	return 0;
}

static int count_piece(struct sum *s, const int64_t *ids, size_t n,
    struct error *err)
{
	struct badge_chat *old = NULL;
	struct chat *chats;
	size_t n_old = 0, n_chats;

	if (chat_load(s->db, s->a, s->user_id, ids, n, &chats, &n_chats, err) <
	    0)
		return -1;
	/* Nothing has ever been stored, if that is not known. */
	if (s->badge.upto_index &&
	    badge_sql_chats(s->db, s->a, s->user_id, db_list(s->a, ids, n),
		&old, &n_old, err) < 0)
		return -1;
	take_chats(s, chats, n_chats);
	for (size_t i = 0; i < n_old; i++) {
		struct badge_change *g = change_of(s, old[i].conv_id);

		g->old_unread = old[i].unread;
		g->old_counted = old[i].counted;
	}
	return take_expiring(s, chats, n_chats, err);
}

static int measure(struct sum *s, struct error *err)
{
	int found;

	s->now_ms = db_clock_ms(s->db);
	s->n = s->n_tail = 0;
	s->stored = s->pull = 0;
	found = badge_sql_get(s->db, s->a, s->user_id, &s->badge, err);
	if (found <= 0)
		return found;
	if (find_changed(s, err) < 0 || (s->is_full && find_all(s, err) < 0) ||
	    find_pull(s, err) < 0)
		return -1;
	s->changes = ARENA_ARRAY(s->a, s->n, struct badge_change);
	for (size_t i = 0; i < s->n; i++)
		s->changes[i] = (struct badge_change){
			.chat.conv_id = s->ids[i]
		};
	for (size_t i = 0; i < s->n; i += PIECE)
		if (count_piece(s, s->ids + i,
			s->n - i < PIECE ? s->n - i : PIECE, err) < 0)
			return -1;
	s->stored = s->is_full ? 0 : s->badge.total;
	s->until_ms = s->is_full ? 0 : s->badge.again_ms;
	for (size_t i = 0; i < s->n; i++) {
		const struct badge_change *g = &s->changes[i];

		s->stored += g->counted - (s->is_full ? 0 : g->old_counted);
		sooner(&s->until_ms, g->again_ms);
	}
	return 0;
}

/* ---- keeping it ---- */

static int put_changes(struct sum *s, struct error *err)
{
	struct badge_chat *put = ARENA_ARRAY(s->a, s->n, struct badge_chat);
	struct badge_chat *drop = ARENA_ARRAY(s->a, s->n, struct badge_chat);
	size_t n_put = 0, n_drop = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct badge_change *g = &s->changes[i];
		const struct badge_chat row = { s->user_id, g->chat.conv_id,
			g->unread, g->counted, g->again_ms };

		if (g->unread)
			put[n_put++] = row;
		else if (g->old_unread)
			drop[n_drop++] = row;
	}
	if (badge_sql_put_chats(s->db, put, n_put, err) < 0)
		return -1;
	return badge_sql_drop_chats(s->db, drop, n_drop, err);
}

/* What is in badge_chat changes only under the lock of the badge. */
static int store_tx(struct db *db, void *arg, struct error *err)
{
	struct sum *s = arg;

	if (badge_sql_lock(db, s->a, s->user_id, err) < 0 ||
	    measure(s, err) < 0 || put_changes(s, err) < 0)
		return -1;
	s->badge.upto_index = s->badge.last_index;
	s->badge.total = s->stored;
	return badge_sql_put(db, &s->badge, err);
}

static int count(struct sum *s, struct error *err)
{
	struct error ignored;
	struct sum kept;

	if (measure(s, err) < 0)
		return -1;
	if (db_in_tx(s->db) || (!s->is_full && s->n_tail <= BADGE_STORE))
		return 0;
	/* Whoever needs the sum next tries again. */
	kept = *s;
	if (db_tx(s->db, store_tx, s, &ignored) < 0)
		*s = kept;
	else
		s->is_kept = true;
	return 0;
}

static struct str total_key(const struct cache *cache, struct arena *a,
    int64_t user_id, int64_t user_index)
{
	return arena_printf(a, "n:%" PRId64 ":%" PRId64 ":%" PRId64,
	    cache_generation(cache), user_id, user_index);
}

void badge_forget(struct db *db, struct cache *cache, struct arena *a,
    const int64_t (*users)[2], size_t n)
{
	struct generation_change g;

	if (n == 0 || !generation_begin(&g, db, cache))
		return;
	for (size_t i = 0; i < n; i++)
		cache_delete(cache,
		    total_key(cache, a, users[i][0], users[i][1]));
	generation_end(&g);
}

static void take_heads(const struct sum *s, struct chat_heads *out)
{
	out->list = ARENA_ARRAY(s->a, s->n, struct chat_head);
	for (size_t i = 0; i < s->n; i++) {
		const struct chat *c = &s->changes[i].chat;

		if (c->listed && c->mode == CONV_PULL)
			out->list[out->n++] = (struct chat_head){ c->conv_id,
				c->last_index, c->last_ordinal };
	}
}

int badge_total_heads(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, int64_t user_index, int64_t *total_out,
    struct chat_heads *heads_out, struct error *err)
{
	struct sum s = { .db = db, .a = a, .user_id = user_id };
	struct cache_item item = { .is_hint = false };
	int64_t ttl_s = TOTAL_TTL_S;

	cache = generation_follow(db, cache);
	if (cache)
		item.key = total_key(cache, a, user_id, user_index);
	/* It is cached for those without such chats alone. */
	*heads_out = (struct chat_heads){ 0 };
	if (cache && cache_get(cache, a, &item, 1) > 0) {
		*total_out = item.seq;
		return 0;
	}
	if (count(&s, err) < 0)
		return -1;
	if (s.badge.has_pull)
		take_heads(&s, heads_out);
	*total_out = s.stored + s.pull;
	if (s.until_ms && (s.until_ms - s.now_ms) / 1000 < ttl_s)
		ttl_s = (s.until_ms - s.now_ms) / 1000;
	if (cache && ttl_s > 0 && !s.badge.has_pull)
		cache_put(cache, item.key, *total_out, STR(""), (int)ttl_s);
	return 0;
}

int badge_total(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, int64_t user_index, int64_t *total_out, struct error *err)
{
	struct chat_heads ignored;

	return badge_total_heads(db, cache, a, user_id, user_index, total_out,
	    &ignored, err);
}

/* ---- for lists ---- */

int badge_changes(struct db *db, struct arena *a, int64_t user_id,
    struct badge_change **out, size_t *n_out, struct error *err)
{
	struct sum s = { .db = db, .a = a, .user_id = user_id };

	if (count(&s, err) < 0)
		return -1;
	/* These are the differences to what was there before. */
	if (s.is_kept && measure(&s, err) < 0)
		return -1;
	*out = s.changes;
	*n_out = s.n;
	return 0;
}

int badge_unread(struct db *db, struct arena *a, int64_t user_id, size_t max,
    int64_t **conv_ids_out, size_t *n_out, struct error *err)
{
	struct sum s = { .db = db, .a = a, .user_id = user_id };
	struct badge_change *changes;
	struct db_id *rows, *ids;
	size_t n, n_changes, k = 0;

	*n_out = max;
	if (badge_sql_known(db, a, user_id, (int64_t)max, &rows, &n, err) < 0)
		return -1;
	if (n >= max)
		return 0;
	if (badge_changes(db, a, user_id, &changes, &n_changes, err) < 0 ||
	    badge_sql_known(db, a, user_id, (int64_t)max, &rows, &n, err) < 0)
		return -1;
	ids = ARENA_ARRAY(a, n + n_changes, struct db_id);
	for (size_t i = 0; i < n; i++)
		ids[k++] = rows[i];
	for (size_t i = 0; i < n_changes; i++)
		if (changes[i].chat.unread)
			ids[k++].id = changes[i].chat.conv_id;
	add_ids(&s, ids, k);
	*conv_ids_out = s.ids;
	*n_out = s.n < max ? s.n : max;
	return 0;
}
