#include "io/cache_copy.h"

#include "base/clock.h"

#define HEAD_LEN   16 /* seq and time */
#define SEALED_MIN (HEAD_LEN + CRYPTO_MAC_LEN)

static void sign(uint8_t mac[CRYPTO_MAC_LEN], const uint8_t *key,
    struct str name, const char *head, struct str value)
{
	const struct str parts[] = {
		STR("cache"),
		name,
		{ head, HEAD_LEN },
		value,
	};

	crypto_mac(mac, key, parts, sizeof(parts) / sizeof(parts[0]));
}

void cache_copy_seal(struct buf *out, const uint8_t key[CRYPTO_KEY_LEN],
    struct str name, int64_t seq, struct str value, int ttl_s)
{
	int64_t until_ms = ttl_s ? clock_now_ms() + ttl_s * INT64_C(1000)
				 : INT64_MAX;
	uint8_t mac[CRYPTO_MAC_LEN];
	size_t from = out->len;

	buf_u64(out, (uint64_t)seq);
	buf_u64(out, (uint64_t)until_ms);
	sign(mac, key, name, out->p + from, value);
	buf_add(out, mac, sizeof(mac));
	buf_str(out, value);
}

bool cache_copy_open(const uint8_t key[CRYPTO_KEY_LEN], struct str name,
    struct str sealed, struct str *value_out, int64_t *seq_out)
{
	uint8_t mac[CRYPTO_MAC_LEN];

	if (sealed.len < SEALED_MIN)
		return false;
	*seq_out = (int64_t)get_u64(sealed.p);
	*value_out = (struct str){ sealed.p + SEALED_MIN,
		sealed.len - SEALED_MIN };
	sign(mac, key, name, sealed.p, *value_out);
	return crypto_equal(mac, sealed.p + HEAD_LEN, sizeof(mac)) &&
	       clock_now_ms() < (int64_t)get_u64(sealed.p + 8);
}
