#include "io/cache.h"

#include <inttypes.h>
#include <libmemcached/memcached.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/stat.h"
#include "io/cache_copy.h"

#define CACHE_TRIES   3    /* failures in a row that open the circuit */
#define CACHE_OPEN_MS 1000 /* time that it stays open */
#define CAS_TRIES     4
#define SEQ_LEN       8
/*
 * Keys per request.  They must fit into a socket buffer: if the client were
 * still writing keys while the server blocks on writing values, the two would
 * deadlock.
 */
#define BATCH_MAX 100
/* memcached takes a TTL above 30 days as an absolute time. */
#define TTL_MAX_S (30 * 24 * 3600)

struct cache {
	memcached_st *mc;
	int failures;          /* in a row */
	int64_t open_until_ms; /* monotonic */
	struct buf value;      /* packed, to be sent */
	int64_t generation;
	const uint8_t *key; /* NULL: no copies */
	uint64_t lost;
};

/* host:port, with an IPv6 address in brackets; no port: STR_NONE. */
static struct str split_port(struct str address, struct str *port_out)
{
	size_t colon = address.len;

	while (colon && address.p[colon - 1] != ':')
		colon--;
	*port_out = colon
			? (struct str){ address.p + colon, address.len - colon }
			: STR_NONE;
	address.len = colon ? colon - 1 : 0;
	if (address.len > 2 && address.p[0] == '[' &&
	    address.p[address.len - 1] == ']')
		return (struct str){ address.p + 1, address.len - 2 };
	return address;
}

static void add_server(memcached_st *mc, struct str address)
{
	char name[512];
	struct str host, port;
	int64_t n;
	memcached_return_t rc;

	address = str_trim(address);
	if (!address.len)
		return;
	if (address.len >= sizeof(name))
		die(EX_CONFIG, "cache.servers: an address is too long");
	if (address.p[0] == '/') {
		memcpy(name, address.p, address.len);
		name[address.len] = '\0';
		rc = memcached_server_add_unix_socket(mc, name);
	} else {
		host = split_port(address, &port);
		if (!port.p || !str_to_int(port, &n) || n < 1 || n > 65535)
			die(EX_CONFIG,
			    "cache.servers: not a path or host:port");
		memcpy(name, host.p, host.len);
		name[host.len] = '\0';
		rc = memcached_server_add(mc, name, (in_port_t)n);
	}
	if (memcached_failed(rc))
		die(EX_CONFIG, "cache.servers: %s", memcached_strerror(mc, rc));
}

/*
 * A server that fails is not ejected: its keys miss until it is back.
 * Otherwise other servers would hold its keys meanwhile, and it would return
 * with stale values.
 */
static void set_behaviors(memcached_st *mc)
{
	const struct {
		memcached_behavior_t name;
		uint64_t value;
	} list[] = {
		{ MEMCACHED_BEHAVIOR_DISTRIBUTION,
		    MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA },
		{ MEMCACHED_BEHAVIOR_NO_BLOCK, 1 },
		{ MEMCACHED_BEHAVIOR_TCP_NODELAY, 1 },
		{ MEMCACHED_BEHAVIOR_SUPPORT_CAS, 1 },
		{ MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT,
		    (uint64_t)conf.cache.timeout_ms },
		{ MEMCACHED_BEHAVIOR_POLL_TIMEOUT,
		    (uint64_t)conf.cache.timeout_ms },
		{ MEMCACHED_BEHAVIOR_RETRY_TIMEOUT, 1 },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		if (memcached_failed(memcached_behavior_set(mc, list[i].name,
			list[i].value)))
			BUG("memcached behaviour %d", (int)list[i].name);
	}
}

struct cache *cache_new(void)
{
	struct cache *c = calloc(1, sizeof(*c));
	struct str rest = str_of(conf.cache.servers);

	if (!c || !(c->mc = memcached_create(NULL)))
		die(EX_OSERR, "out of memory");
	buf_init(&c->value);
	set_behaviors(c->mc);
	while (rest.p)
		add_server(c->mc, str_cut(&rest, ','));
	return c;
}

void cache_free(struct cache **c)
{
	if (!*c)
		return;
	memcached_free((*c)->mc);
	buf_release(&(*c)->value);
	free(*c);
	*c = NULL;
}

void cache_trust(struct cache *c, int64_t generation, const uint8_t *key)
{
	c->generation = generation;
	c->key = key;
}

static bool server_answers(struct str address)
{
	memcached_st *mc = memcached_create(NULL);
	bool answers;

	if (!mc)
		die(EX_OSERR, "out of memory");
	set_behaviors(mc);
	add_server(mc, address);
	answers = memcached_success(
	    memcached_set(mc, "health", strlen("health"), "", 0, 10, 0));
	memcached_free(mc);
	return answers;
}

bool cache_answers(void)
{
	struct str rest = str_of(conf.cache.servers), address;
	bool all = true, any = false;

	while (rest.p) {
		address = str_trim(str_cut(&rest, ','));
		if (!address.len)
			continue;
		any = true;
		all = server_answers(address) && all;
	}
	return any && all;
}

int64_t cache_generation(const struct cache *c)
{
	return c->generation;
}

uint64_t cache_lost(const struct cache *c)
{
	return c->lost;
}

/* Without servers there is nothing that could be stale. */
static void lose(struct cache *c)
{
	if (memcached_server_count(c->mc))
		c->lost++;
}

bool cache_is_up(const struct cache *c)
{
	return memcached_server_count(c->mc) &&
	       clock_mono_ms() >= c->open_until_ms;
}

static bool is_answer(memcached_return_t rc)
{
	switch (rc) {
	case MEMCACHED_SUCCESS:
	case MEMCACHED_STORED:
	case MEMCACHED_DELETED:
	case MEMCACHED_END:
	case MEMCACHED_NOTFOUND:
	case MEMCACHED_NOTSTORED:
	case MEMCACHED_DATA_EXISTS:
	case MEMCACHED_E2BIG:
	case MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE:
		return true;
	default:
		return false;
	}
}

/* One line per change and process, not one per thread. */
static void log_change(bool away, memcached_return_t rc)
{
	static bool was_away;

	if (__atomic_exchange_n(&was_away, away, __ATOMIC_RELAXED) == away)
		return;
	if (away)
		log_warn("cache_away", "rc=%d", (int)rc);
	else
		log_info("cache_back", "%s", "");
}

/* Records the outcome of a call; true if memcached answered. */
static bool note(struct cache *c, memcached_return_t rc)
{
	if (is_answer(rc)) {
		if (c->failures)
			log_change(false, rc);
		c->failures = 0;
		return true;
	}
	stat_add(STAT_CACHE_ERRORS, 1);
	if (++c->failures >= CACHE_TRIES) {
		log_change(true, rc);
		c->open_until_ms = clock_mono_ms() + CACHE_OPEN_MS;
	}
	/*
	 * A late answer would be taken as the answer to the next request, so
	 * start again on new connections.
	 */
	memcached_quit(c->mc);
	return false;
}

static void check_key(struct str key)
{
	if (!key.len || key.len > 200 || !str_is_printable(key, false))
		BUG("cache key \"%.*s\"", STR_ARG(key));
}

/* The value and its sequence number; false if it is not in our format. */
static bool unpack(memcached_result_st *r, struct str *value_out,
    int64_t *seq_out)
{
	size_t len = memcached_result_length(r);
	const char *p = memcached_result_value(r);

	if (!p || len < SEQ_LEN)
		return false;
	*seq_out = (int64_t)get_u64(p);
	*value_out = (struct str){ p + SEQ_LEN, len - SEQ_LEN };
	return true;
}

static struct str pack(struct cache *c, int64_t seq, struct str value)
{
	buf_clear(&c->value);
	buf_u64(&c->value, (uint64_t)seq);
	buf_str(&c->value, value);
	return buf_view(&c->value);
}

static struct str pack_copy(struct cache *c, struct str key, int64_t seq,
    struct str value, int ttl_s)
{
	buf_clear(&c->value);
	cache_copy_seal(&c->value, c->key, key, seq, value, ttl_s);
	return buf_view(&c->value);
}

/* The same as unpack(), of a copy that may be believed. */
static bool unpack_copy(const struct cache *c, memcached_result_st *r,
    struct str key, struct str *value_out, int64_t *seq_out)
{
	struct str there = { memcached_result_value(r),
		memcached_result_length(r) };

	if (!c->key)
		return false;
	if (there.p && cache_copy_open(c->key, key, there, value_out, seq_out))
		return true;
	stat_add(STAT_CACHE_FORGED, 1);
	return false;
}

/*
 * Copies one result to the items with its key.  The search starts at *at, as a
 * server answers in the order of the keys.
 */
static int take(const struct cache *c, struct arena *a,
    struct cache_item *items, size_t n, memcached_result_st *r, size_t *at)
{
	struct str key = { memcached_result_key_value(r),
		memcached_result_key_length(r) };
	struct str value, kept = STR_NONE;
	int64_t seq;
	int hits = 0;

	for (size_t i = 0; i < n; i++) {
		size_t j = (*at + i) % n;

		if (items[j].value.p || !str_eq(items[j].key, key))
			continue;
		if (!kept.p) {
			if (items[j].is_hint
				? !unpack(r, &value, &seq)
				: !unpack_copy(c, r, key, &value, &seq))
				return 0;
			kept = arena_str(a, value);
		}
		items[j].value = kept;
		items[j].seq = seq;
		if (!hits++)
			*at = j + 1;
		/* Continue: several items may have the same key. */
	}
	return hits;
}

static int get_batch(struct cache *c, struct arena *a, struct cache_item *items,
    size_t n)
{
	const char *keys[BATCH_MAX];
	size_t lens[BATCH_MAX], at = 0;
	memcached_return_t rc, end = MEMCACHED_SUCCESS;
	memcached_result_st result, *r;
	int hits = 0;

	for (size_t i = 0; i < n; i++) {
		check_key(items[i].key);
		keys[i] = items[i].key.p;
		lens[i] = items[i].key.len;
	}
	rc = memcached_mget(c->mc, keys, lens, n);
	if (!memcached_result_create(c->mc, &result))
		die(EX_OSERR, "out of memory");
	/* SOME_ERRORS: one server is unavailable, the others answer. */
	if (is_answer(rc) || rc == MEMCACHED_SOME_ERRORS) {
		while ((r = memcached_fetch_result(c->mc, &result, &end)))
			hits += take(c, a, items, n, r, &at);
	}
	memcached_result_free(&result);
	/*
	 * The library itself skips that server for a while: the circuit stays
	 * closed.
	 */
	if (rc == MEMCACHED_SOME_ERRORS && is_answer(end) && hits) {
		stat_add(STAT_CACHE_ERRORS, 1);
		return hits;
	}
	if (!note(c, is_answer(rc) ? end : rc) && !hits)
		return -1;
	return hits;
}

int cache_get(struct cache *c, struct arena *a, struct cache_item *items,
    size_t n)
{
	int hits = 0, got = 0;

	for (size_t i = 0; i < n; i++) {
		items[i].value = STR_NONE;
		items[i].seq = 0;
	}
	for (size_t i = 0; i < n && got >= 0; i += BATCH_MAX) {
		if (!cache_is_up(c)) {
			got = -1;
			break;
		}
		got = get_batch(c, a, items + i,
		    n - i < BATCH_MAX ? n - i : BATCH_MAX);
		hits += got > 0 ? got : 0;
	}
	stat_add(STAT_CACHE_HITS, hits);
	stat_add(STAT_CACHE_MISSES, (int64_t)n - hits);
	return got < 0 && !hits ? -1 : hits;
}

static time_t ttl_of(int ttl_s)
{
	return ttl_s > TTL_MAX_S ? TTL_MAX_S : ttl_s;
}

/*
 * Looks up the stored value: 1 with seq and cas, 0 missing, -1 unavailable.  A
 * value that is none of ours is the oldest.
 */
static int look(struct cache *c, struct str key, bool is_hint, int64_t *seq_out,
    uint64_t *cas_out)
{
	const char *keys[1] = { key.p };
	memcached_return_t rc, end = MEMCACHED_SUCCESS;
	memcached_result_st result, *r;
	struct str value;
	int found = 0;

	rc = memcached_mget(c->mc, keys, &key.len, 1);
	if (!memcached_result_create(c->mc, &result))
		die(EX_OSERR, "out of memory");
	if (is_answer(rc)) {
		while ((r = memcached_fetch_result(c->mc, &result, &end))) {
			found = 1;
			*cas_out = memcached_result_cas(r);
			if (is_hint ? !unpack(r, &value, seq_out)
				    : !unpack_copy(c, r, key, &value, seq_out))
				*seq_out = INT64_MIN;
		}
		rc = end;
	}
	memcached_result_free(&result);
	return note(c, rc) ? found : -1;
}

/* Replaces the stored value: 1 done, 0 it is newer, -1 unavailable or lost a
 * race. */
static int replace(struct cache *c, struct str key, int64_t seq, struct str v,
    time_t ttl)
{
	int64_t there = 0;
	uint64_t cas = 0;
	memcached_return_t rc;
	int found = look(c, key, false, &there, &cas);

	if (found <= 0)
		return -1;
	if (there >= seq)
		return 0;
	rc = memcached_cas(c->mc, key.p, key.len, v.p, v.len, ttl, 0, cas);
	return note(c, rc) && memcached_success(rc) ? 1 : -1;
}

bool cache_put(struct cache *c, struct str key, int64_t seq, struct str value,
    int ttl_s)
{
	time_t ttl = ttl_of(ttl_s);
	struct str v;

	check_key(key);
	if (!c->key) {
		lose(c);
		return false;
	}
	v = pack_copy(c, key, seq, value, ttl_s);
	for (int i = 0; i < CAS_TRIES && cache_is_up(c); i++) {
		memcached_return_t rc = memcached_add(c->mc, key.p, key.len,
		    v.p, v.len, ttl, 0);
		int rep;

		if (!note(c, rc))
			break;
		if (memcached_success(rc))
			return true;
		rep = replace(c, key, seq, v, ttl);
		if (rep >= 0)
			return rep > 0;
	}
	lose(c);
	return false;
}

bool cache_update(struct cache *c, const struct cache_item *was, int64_t seq,
    struct str value, int ttl_s)
{
	struct str v = pack(c, seq, value), key = was->key;
	time_t ttl = ttl_of(ttl_s);
	int64_t there = 0;
	uint64_t cas = 0;
	memcached_return_t rc;

	check_key(key);
	if (!cache_is_up(c))
		return false;
	if (!was->value.p) {
		rc = memcached_add(c->mc, key.p, key.len, v.p, v.len, ttl, 0);
	} else {
		if (look(c, key, true, &there, &cas) <= 0 || there != was->seq)
			return false;
		rc = memcached_cas(c->mc, key.p, key.len, v.p, v.len, ttl, 0,
		    cas);
	}
	return note(c, rc) && memcached_success(rc);
}

bool cache_set(struct cache *c, struct str key, int64_t seq, struct str value,
    int ttl_s)
{
	struct str v = pack(c, seq, value);
	memcached_return_t rc;

	check_key(key);
	if (!cache_is_up(c))
		return false;
	rc = memcached_set(c->mc, key.p, key.len, v.p, v.len, ttl_of(ttl_s), 0);
	return note(c, rc) && memcached_success(rc);
}

void cache_delete(struct cache *c, struct str key)
{
	check_key(key);
	if (!cache_is_up(c) ||
	    !note(c, memcached_delete(c->mc, key.p, key.len, 0)))
		lose(c);
}

int64_t cache_count(struct cache *c, struct str key, int64_t n, int ttl_s)
{
	check_key(key);
	/* Another process may create the counter first: then try once more. */
	for (int i = 0; i < 2; i++) {
		uint64_t value = 0;
		char text[24];
		int len;
		memcached_return_t rc;

		if (!cache_is_up(c))
			return -1;
		rc = memcached_increment_by_key(c->mc, key.p, key.len, key.p,
		    key.len, (uint64_t)n, &value);
		if (!note(c, rc))
			return -1;
		if (memcached_success(rc))
			return (int64_t)value;
		len = snprintf(text, sizeof(text), "%" PRId64, n);
		rc = memcached_add(c->mc, key.p, key.len, text, (size_t)len,
		    ttl_of(ttl_s), 0);
		if (!note(c, rc))
			return -1;
		if (memcached_success(rc))
			return n;
	}
	return -1;
}
