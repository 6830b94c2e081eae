#include "io/presence.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/clock.h"
#include "io/bus.h"

/*
 * When a user was last seen is kept longer than their lines, in a line with a
 * name that no node has.
 */
#define LAST_SEEN    "-"
#define LAST_SEEN_S  (30 * 24 * 3600)
#define SET_TRIES    16 /* a try fails only if another node's succeeds */
#define NO_PLATFORMS "-"
#define LINES_MAX    64

static const char *const names[] = {
	[PRESENCE_OFFLINE] = "offline",
	[PRESENCE_AWAY] = "away",
	[PRESENCE_ONLINE] = "online",
};

const char *presence_name(enum presence_state s)
{
	return names[s];
}

struct line {
	struct str node;
	enum presence_state state;
	int64_t expires_ms, last_ms;
	struct str platforms;
};

/* The next line of *rest; false at the end or if malformed. */
static bool next_line(struct str *rest, struct line *l)
{
	struct str text, state;

	if (!rest->len)
		return false;
	text = str_cut(rest, '\n');
	l->node = str_cut(&text, ' ');
	state = str_cut(&text, ' ');
	l->state = str_is(state, "f")   ? PRESENCE_ONLINE
		   : str_is(state, "b") ? PRESENCE_AWAY
					: PRESENCE_OFFLINE;
	if (!str_to_int(str_cut(&text, ' '), &l->expires_ms) ||
	    !str_to_int(str_cut(&text, ' '), &l->last_ms) || !text.p)
		return false;
	l->platforms = str_is(text, NO_PLATFORMS) ? STR("") : text;
	return true;
}

static void add_line(struct buf *b, const struct line *l)
{
	static const char letters[] = { 'o', 'b', 'f' };

	buf_str(b, l->node);
	buf_printf(b, " %c %" PRId64 " %" PRId64 " ", letters[l->state],
	    l->expires_ms, l->last_ms);
	buf_str(b, l->platforms.len ? l->platforms : STR(NO_PLATFORMS));
	buf_char(b, '\n');
}

/* The lines of the other nodes unchanged, and the new line `mine`. */
static void rewrite(struct buf *b, struct str old, const struct line *mine)
{
	struct line l, seen = { STR(LAST_SEEN), PRESENCE_OFFLINE, 0,
		mine->last_ms, STR("") };

	for (int n = 0; n < LINES_MAX && next_line(&old, &l); n++) {
		if (str_eq(l.node, seen.node) || str_eq(l.node, mine->node) ||
		    l.expires_ms <= mine->last_ms)
			continue;
		add_line(b, &l);
	}
	if (mine->state != PRESENCE_OFFLINE)
		add_line(b, mine);
	add_line(b, &seen);
}

bool presence_set(struct cache *c, struct arena *a, int64_t user_id,
    struct str node, enum presence_state state, struct str platforms)
{
	struct cache_item it = {
		.key = arena_printf(a, "p:%" PRId64, user_id),
	};
	struct buf b;
	bool done = false;

	buf_init(&b);
	/*
	 * Other nodes rewrite their lines in the same value: of two that read
	 * the same version, the first to write wins, and the other reads again.
	 */
	for (int i = 0; i < SET_TRIES && !done && cache_is_up(c); i++) {
		int64_t now = clock_now_ms();
		struct line mine = { node, state,
			now + PRESENCE_TTL_S * INT64_C(1000), now, platforms };

		if (cache_get(c, a, &it, 1) < 0)
			break;
		buf_clear(&b);
		rewrite(&b, it.value, &mine);
		done = cache_update(c, &it, now > it.seq ? now : it.seq + 1,
		    buf_view(&b), LAST_SEEN_S);
	}
	buf_release(&b);
	return done;
}

static struct str marker_key(struct arena *a, struct str node)
{
	return arena_printf(a, "live:%.*s", STR_ARG(node));
}

bool presence_mark(struct cache *c, struct str node)
{
	char key[128];
	int len = snprintf(key, sizeof(key), "live:%.*s", STR_ARG(node));

	return len > 0 && (size_t)len < sizeof(key) &&
	       cache_set(c, (struct str){ key, (size_t)len }, clock_now_ms(),
		   STR("1"), PRESENCE_TTL_S);
}

bool presence_is_marked(struct cache *c, struct arena *a, struct str node)
{
	struct cache_item it = { .key = marker_key(a, node) };

	return cache_get(c, a, &it, 1) == 1;
}

/* Joins two comma lists, without duplicates. */
static struct str join(struct arena *a, struct str list, struct str more)
{
	while (more.p && more.len) {
		struct str word = str_cut(&more, ','), rest = list;
		bool there = false;

		while (rest.p && rest.len && !there)
			there = str_eq(str_cut(&rest, ','), word);
		if (there || !word.len)
			continue;
		list = list.len ? arena_printf(a, "%.*s,%.*s", STR_ARG(list),
				      STR_ARG(word))
				: word;
	}
	return list;
}

static void sum_up(struct arena *a, struct presence *u, struct str value,
    const struct bus_node *nodes, size_t n_nodes, int64_t now)
{
	struct line l;

	for (int n = 0; n < LINES_MAX && next_line(&value, &l); n++) {
		if (l.last_ms > u->last_ms)
			u->last_ms = l.last_ms;
		if (l.state == PRESENCE_OFFLINE || l.expires_ms <= now)
			continue;
		if (l.state > u->state)
			u->state = l.state;
		u->platforms = join(a, u->platforms, l.platforms);
		for (size_t i = 0; i < n_nodes; i++) {
			if (str_eq(nodes[i].name, l.node))
				u->nodes |= UINT32_C(1) << i;
		}
	}
}

void presence_get(struct cache *c, struct arena *a, struct presence *users,
    size_t n, uint32_t *unmarked_out)
{
	struct bus_node nodes[BUS_NODES_MAX];
	size_t n_nodes = bus_nodes(nodes), n_marks = unmarked_out ? n_nodes : 0;
	struct cache_item *items = ARENA_ARRAY(a, n + n_marks,
	    struct cache_item);
	int64_t now = clock_now_ms();

	for (size_t i = 0; i < n; i++)
		items[i].key = arena_printf(a, "p:%" PRId64, users[i].user_id);
	for (size_t i = 0; i < n_marks; i++)
		items[n + i].key = marker_key(a, nodes[i].name);
	cache_get(c, a, items, n + n_marks);
	for (size_t i = 0; i < n; i++) {
		users[i] = (struct presence){ .user_id = users[i].user_id,
			.platforms = STR("") };
		if (items[i].value.p)
			sum_up(a, &users[i], items[i].value, nodes, n_nodes,
			    now);
	}
	if (!unmarked_out)
		return;
	*unmarked_out = 0;
	for (size_t i = 0; i < n_marks; i++) {
		if (!items[n + i].value.p)
			*unmarked_out |= UINT32_C(1) << i;
	}
}
