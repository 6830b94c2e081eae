#include "io/bus_seal.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/conf_form.h"
#include "base/err.h"

#define MAGIC_LEN 4
#define HELLO     "IMB1"
#define WAKE      "IMW1"
#define HELLO_LEN (MAGIC_LEN + 8 + BUS_SEAL_RANDOM + CRYPTO_MAC_LEN)
#define WAKE_HEAD (MAGIC_LEN + 8)
#define SEEN_MAX  8192 /* hellos within BUS_SEAL_MS */

static uint8_t key[CRYPTO_KEY_LEN];
static bool has_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_key(void)
{
	size_t len = strlen(conf.bus.key);

	if (!len)
		return;
	if (len < CONF_SECRET_MIN)
		die(EX_CONFIG, "bus.key: at least %d characters",
		    CONF_SECRET_MIN);
	crypto_sha256(key, str_of(conf.bus.key));
	has_key = true;
}

bool bus_seal_has_key(void)
{
	pthread_once(&once, make_key);
	return has_key;
}

/* The purpose comes first: a MAC is valid for nothing else. */
static void mac(uint8_t dst[CRYPTO_MAC_LEN], const char *what, struct str a,
    struct str b, struct str c)
{
	const struct str parts[] = { str_of(what), a, b, c };

	BUG_ON(!bus_seal_has_key());
	crypto_mac(dst, key, parts, sizeof(parts) / sizeof(parts[0]));
}

static bool is_genuine(const char *there, const char *what, struct str a,
    struct str b, struct str c)
{
	uint8_t own[CRYPTO_MAC_LEN];

	mac(own, what, a, b, c);
	return crypto_equal(own, there, sizeof(own));
}

static bool is_fresh(const char *time)
{
	int64_t age = clock_now_ms() - (int64_t)get_u64(time);

	return -BUS_SEAL_MS < age && age < BUS_SEAL_MS;
}

static struct str view(const void *p, size_t len)
{
	return (struct str){ p, len };
}

/* ---- connections ---- */

static void packet_mac(uint8_t dst[CRYPTO_MAC_LEN], const struct bus_seal *s,
    struct str bytes)
{
	mac(dst, "packet", view(s->random, sizeof(s->random)),
	    view(&s->n, sizeof(s->n)), bytes);
}

void bus_seal_put(struct bus_seal *s, struct buf *out, struct str node,
    struct str bytes)
{
	uint8_t m[CRYPTO_MAC_LEN];

	if (!s->has_begun) {
		size_t from = out->len;

		s->has_begun = true;
		s->n = 0;
		crypto_random(s->random, sizeof(s->random));
		buf_add(out, HELLO, MAGIC_LEN);
		buf_u64(out, (uint64_t)clock_now_ms());
		buf_add(out, s->random, sizeof(s->random));
		mac(m, "hello", node, view(out->p + from, out->len - from),
		    STR(""));
		buf_add(out, m, sizeof(m));
	}
	packet_mac(m, s, bytes);
	s->n++;
	buf_u32(out, (uint32_t)bytes.len);
	buf_str(out, bytes);
	buf_add(out, m, sizeof(m));
}

/* Remembers a hello; false if it came before. */
static bool is_first(const uint8_t random[BUS_SEAL_RANDOM])
{
	static uint8_t seen[SEEN_MAX][BUS_SEAL_RANDOM];
	static size_t at;

	for (size_t i = 0; i < SEEN_MAX; i++)
		if (!memcmp(seen[i], random, BUS_SEAL_RANDOM))
			return false;
	memcpy(seen[at++ % SEEN_MAX], random, BUS_SEAL_RANDOM);
	return true;
}

static int64_t take_hello(struct bus_seal *s, struct str node, const char *p,
    size_t len)
{
	const size_t signed_len = HELLO_LEN - CRYPTO_MAC_LEN;

	if (memcmp(p, HELLO, len < MAGIC_LEN ? len : MAGIC_LEN) != 0)
		return -1;
	if (len < HELLO_LEN)
		return 0;
	if (!is_genuine(p + signed_len, "hello", node, view(p, signed_len),
		STR("")) ||
	    !is_fresh(p + MAGIC_LEN))
		return -1;
	memcpy(s->random, p + MAGIC_LEN + 8, sizeof(s->random));
	s->has_begun = true;
	s->n = 0;
	return is_first(s->random) ? HELLO_LEN : -1;
}

int64_t bus_seal_take(struct bus_seal *s, struct str node, const char *p,
    size_t len, struct str *bytes_out)
{
	uint8_t own[CRYPTO_MAC_LEN];
	size_t n;

	*bytes_out = STR("");
	if (!s->has_begun)
		return take_hello(s, node, p, len);
	if (len < 4)
		return 0;
	n = get_u32(p);
	if (n > BUS_PACKET_MAX)
		return -1;
	if (len < 4 + n + CRYPTO_MAC_LEN)
		return 0;
	packet_mac(own, s, view(p + 4, n));
	if (!crypto_equal(own, p + 4 + n, sizeof(own)))
		return -1;
	s->n++;
	*bytes_out = view(p + 4, n);
	return (int64_t)(4 + n + CRYPTO_MAC_LEN);
}

/* ---- wake-ups ---- */

void bus_seal_wake(struct buf *out, struct str job)
{
	uint8_t m[CRYPTO_MAC_LEN];

	buf_add(out, WAKE, MAGIC_LEN);
	buf_u64(out, (uint64_t)clock_now_ms());
	buf_str(out, job);
	mac(m, "wake", buf_view(out), STR(""), STR(""));
	buf_add(out, m, sizeof(m));
}

struct str bus_seal_take_wake(struct str d)
{
	size_t signed_len = d.len - CRYPTO_MAC_LEN;

	if (d.len <= WAKE_HEAD + CRYPTO_MAC_LEN ||
	    memcmp(d.p, WAKE, MAGIC_LEN) != 0 ||
	    !is_genuine(d.p + signed_len, "wake", view(d.p, signed_len),
		STR(""), STR("")) ||
	    !is_fresh(d.p + MAGIC_LEN))
		return STR_NONE;
	return view(d.p + WAKE_HEAD, signed_len - WAKE_HEAD);
}
