#include "io/presence.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/clock.h"

/*
 * When a user was last seen is kept longer than their lines, in a line with a
 * name that no node has.
 */
#define LAST_SEEN    "-"
#define LAST_SEEN_S  (30 * 24 * 3600)
#define SET_TRIES    16 /* a try fails only if another node's succeeds */
#define NO_PLATFORMS "-"
#define LINES_MAX    64
#define MARK         "live"
#define BEAT         "beat"

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
	int64_t life, expires_ms, last_ms;
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
	if (!str_to_int(str_cut(&text, ' '), &l->life) ||
	    !str_to_int(str_cut(&text, ' '), &l->expires_ms) ||
	    !str_to_int(str_cut(&text, ' '), &l->last_ms) || !text.p)
		return false;
	l->platforms = str_is(text, NO_PLATFORMS) ? STR("") : text;
	return true;
}

static void add_line(struct buf *b, const struct line *l)
{
	static const char letters[] = { 'o', 'b', 'f' };

	buf_str(b, l->node);
	buf_printf(b, " %c %" PRId64 " %" PRId64 " %" PRId64 " ",
	    letters[l->state], l->life, l->expires_ms, l->last_ms);
	buf_str(b, l->platforms.len ? l->platforms : STR(NO_PLATFORMS));
	buf_char(b, '\n');
}

/* The lines of the other nodes unchanged, and the new line `mine`. */
static void rewrite(struct buf *b, struct str old, const struct line *mine)
{
	struct line l, seen = { STR(LAST_SEEN), PRESENCE_OFFLINE, 0, 0,
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
    const struct presence_node *node, enum presence_state state,
    struct str platforms)
{
	struct cache_item it = {
		.key = arena_printf(a, "p:%" PRId64, user_id),
		.is_hint = true,
	};
	struct buf b;
	bool done = false;

	buf_init(&b);
	/*
	 * Other nodes rewrite their lines in the same value: of two that read
	 * the same version, the first to write wins, and the other reads again.
	 */
	for (int i = 0; i < SET_TRIES && !done && cache_is_up(c); i++) {
		int64_t now = clock_site_ms();
		struct line mine = { node->name, state, node->life,
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

static struct str node_key(struct arena *a, const char *kind, struct str node)
{
	return arena_printf(a, "%s:%.*s", kind, STR_ARG(node));
}

/* A word about a node, with `seq` as its sequence number. */
static bool put_word(struct cache *c, const char *kind, struct str node,
    int64_t seq, int ttl_s)
{
	char key[128];
	int len = snprintf(key, sizeof(key), "%s:%.*s", kind, STR_ARG(node));

	return len > 0 && (size_t)len < sizeof(key) &&
	       cache_set(c, (struct str){ key, (size_t)len }, seq, STR("1"),
		   ttl_s);
}

bool presence_mark(struct cache *c, struct str node)
{
	return put_word(c, MARK, node, clock_site_ms(), PRESENCE_TTL_S);
}

bool presence_is_marked(struct cache *c, struct arena *a, struct str node)
{
	struct cache_item it = { .key = node_key(a, MARK, node),
		.is_hint = true };

	return cache_get(c, a, &it, 1) == 1;
}

bool presence_beat(struct cache *c, const struct presence_node *node, int ttl_s)
{
	return put_word(c, BEAT, node->name, node->life, ttl_s);
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

/* The nodes of bus_nodes(), and a word about each in memcached. */
struct nodes {
	struct bus_node list[BUS_NODES_MAX];
	size_t n;
	const struct cache_item *words;
};

/* Who of the nodes it is; n if none of them. */
static size_t node_at(const struct nodes *nodes, struct str name)
{
	size_t i = 0;

	while (i < nodes->n && !str_eq(nodes->list[i].name, name))
		i++;
	return i;
}

static bool is_current(const struct line *l, int64_t now)
{
	return l->state != PRESENCE_OFFLINE && l->expires_ms > now;
}

static void sum_up(struct arena *a, struct presence *u, struct str value,
    const struct nodes *nodes, int64_t now)
{
	struct line l;

	for (int n = 0; n < LINES_MAX && next_line(&value, &l); n++) {
		size_t at = node_at(nodes, l.node);

		if (l.last_ms > u->last_ms)
			u->last_ms = l.last_ms;
		/* A node that is not in the list has no beat to look at. */
		if (!is_current(&l, now) || at == nodes->n ||
		    nodes->words[at].seq != l.life)
			continue;
		u->nodes |= UINT32_C(1) << at;
		if (l.state > u->state)
			u->state = l.state;
		u->platforms = join(a, u->platforms, l.platforms);
	}
}

static void find_nodes(struct presence *u, struct str value,
    const struct nodes *nodes, int64_t now)
{
	struct line l;

	for (int n = 0; n < LINES_MAX && next_line(&value, &l); n++) {
		size_t at = node_at(nodes, l.node);

		if (is_current(&l, now) && at < nodes->n)
			u->nodes |= UINT32_C(1) << at;
	}
}

/*
 * Reads the values of n users, and for each node the key of its kind, with one
 * round trip.  Returns the items of the users, or NULL when memcached is
 * unavailable.
 */
static const struct cache_item *look_up(struct cache *c, struct arena *a,
    struct presence *users, size_t n, const char *kind, struct nodes *nodes_out)
{
	struct cache_item *items;
	int rc;

	nodes_out->n = bus_nodes(nodes_out->list);
	items = ARENA_ARRAY(a, n + nodes_out->n, struct cache_item);
	nodes_out->words = items + n;
	for (size_t i = 0; i < n; i++) {
		items[i].key = arena_printf(a, "p:%" PRId64, users[i].user_id);
		users[i] = (struct presence){ .user_id = users[i].user_id,
			.platforms = STR("") };
	}
	for (size_t i = 0; i < nodes_out->n; i++)
		items[n + i].key = node_key(a, kind, nodes_out->list[i].name);
	for (size_t i = 0; i < n + nodes_out->n; i++)
		items[i].is_hint = true;
	rc = cache_get(c, a, items, n + nodes_out->n);
	return rc < 0 ? NULL : items;
}

bool presence_get(struct cache *c, struct arena *a, struct presence *users,
    size_t n)
{
	struct nodes nodes;
	const struct cache_item *items = look_up(c, a, users, n, BEAT, &nodes);
	int64_t now = clock_site_ms();

	for (size_t i = 0; items && i < n; i++) {
		if (items[i].value.p)
			sum_up(a, &users[i], items[i].value, &nodes, now);
	}
	return items != NULL;
}

void presence_get_nodes(struct cache *c, struct arena *a,
    struct presence *users, size_t n, uint32_t *unmarked_out)
{
	struct nodes nodes;
	const struct cache_item *items = look_up(c, a, users, n, MARK, &nodes);
	int64_t now = clock_site_ms();

	*unmarked_out = 0;
	for (size_t i = 0; i < nodes.n; i++) {
		if (!nodes.words[i].value.p)
			*unmarked_out |= UINT32_C(1) << i;
	}
	for (size_t i = 0; items && i < n; i++) {
		if (items[i].value.p)
			find_nodes(&users[i], items[i].value, &nodes, now);
	}
}

int presence_lives(struct cache *c, struct arena *a,
    int64_t lives_out[BUS_NODES_MAX])
{
	struct nodes nodes;

	if (!look_up(c, a, NULL, 0, BEAT, &nodes))
		return -1;
	for (size_t i = 0; i < BUS_NODES_MAX; i++)
		lives_out[i] = i < nodes.n ? nodes.words[i].seq : 0;
	return 0;
}
