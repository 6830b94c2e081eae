#include "im/user/ticket.h"

#include <pthread.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "im/site/server_key.h"
#include "io/db_clock.h"

#define SIGNED_LEN 16
#define RAW_LEN    (SIGNED_LEN + CRYPTO_HASH_LEN)
#define KEY_LEN    CRYPTO_KEY_LEN

/* The key never changes, so a process reads it once. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t key[KEY_LEN];
static bool has_key;

static int get_key(struct db *db, struct arena *a, uint8_t dst[KEY_LEN],
    struct error *err)
{
	struct str stored;
	int rc = 0;

	pthread_mutex_lock(&lock);
	if (!has_key) {
		rc = server_key_get(db, a, SERVER_KEY_TICKET, &stored, err);
		if (rc == 0) {
			memcpy(key, stored.p, KEY_LEN);
			has_key = true;
		}
	}
	memcpy(dst, key, KEY_LEN);
	pthread_mutex_unlock(&lock);
	return rc;
}

/* "ticket" is for domain separation: the signature is valid nowhere else. */
static int sign(struct db *db, struct arena *a, const char *raw,
    uint8_t mac[CRYPTO_HASH_LEN], struct error *err)
{
	uint8_t k[KEY_LEN];
	char text[6 + SIGNED_LEN];

	if (get_key(db, a, k, err) < 0)
		return -1;
	memcpy(text, "ticket", 6);
	memcpy(text + 6, raw, SIGNED_LEN);
	crypto_hmac(mac, (struct str){ (char *)k, sizeof(k) },
	    (struct str){ text, sizeof(text) });
	crypto_wipe(k, sizeof(k));
	return 0;
}

int ticket_create(struct db *db, struct arena *a, int64_t session_id,
    struct str *ticket_out, int64_t *expires_ms_out, struct error *err)
{
	uint8_t mac[CRYPTO_HASH_LEN];
	struct buf raw;
	int rc;

	*expires_ms_out = db_clock_ms(db) + TICKET_TTL_MS;
	buf_init(&raw);
	buf_u64(&raw, (uint64_t)session_id);
	buf_u64(&raw, (uint64_t)*expires_ms_out);
	rc = sign(db, a, raw.p, mac, err);
	if (rc == 0) {
		buf_add(&raw, mac, sizeof(mac));
		*ticket_out = arena_printf(a, TICKET_PREFIX "%.*s",
		    STR_ARG(crypto_base64url(a, raw.p, raw.len)));
	}
	buf_release(&raw);
	return rc;
}

int ticket_check(struct db *db, struct arena *a, struct str ticket,
    int64_t *session_id_out, struct error *err)
{
	const size_t skip = sizeof(TICKET_PREFIX) - 1;
	uint8_t mac[CRYPTO_HASH_LEN];
	struct str raw;

	if (!str_starts(ticket, TICKET_PREFIX) || ticket.len > 128)
		return 0;
	raw = crypto_base64url_decode(a,
	    (struct str){ ticket.p + skip, ticket.len - skip });
	if (!raw.p || raw.len != RAW_LEN)
		return 0;
	if (sign(db, a, raw.p, mac, err) < 0)
		return -1;
	if (!crypto_equal(mac, raw.p + SIGNED_LEN, sizeof(mac)) ||
	    (int64_t)get_u64(raw.p + 8) <= db_clock_ms(db))
		return 0;
	*session_id_out = (int64_t)get_u64(raw.p);
	return 1;
}
