#include "push/ece.h"

#include "base/crypto.h"
#include "base/err.h"

#define IKM_LEN      32
#define LAST_RECORD  2 /* the delimiter of a record that none follows */
#define KEY_INFO     "Content-Encoding: aes128gcm\0"
#define NONCE_INFO   "Content-Encoding: nonce\0"
#define WEBPUSH_INFO "WebPush: info\0"

static struct str unpadded(struct str s)
{
	while (s.len && s.p[s.len - 1] == '=')
		s.len--;
	return s;
}

bool push_ece_read(struct arena *a, struct str p256dh, struct str auth,
    struct push_ece_to *out)
{
	struct str point = crypto_base64url_decode(a, unpadded(p256dh));
	struct str secret = crypto_base64url_decode(a, unpadded(auth));

	if (point.len != sizeof(out->point) || secret.len != sizeof(out->auth))
		return false;
	memcpy(out->point, point.p, sizeof(out->point));
	memcpy(out->auth, secret.p, sizeof(out->auth));
	return true;
}

/* RFC 8291 section 3.4: what the record's keys are derived from. */
static bool derive_ikm(uint8_t ikm[IKM_LEN], const struct push_ece_own *own,
    const struct push_ece_to *to, uint8_t point_out[CRYPTO_POINT_LEN])
{
	char info[sizeof(WEBPUSH_INFO) - 1 + 2 * CRYPTO_POINT_LEN];
	char *at = info + sizeof(WEBPUSH_INFO) - 1;
	uint8_t shared[CRYPTO_SHARED_LEN];

	if (!crypto_agree(own->scalar, to->point, shared, point_out))
		return false;
	memcpy(info, WEBPUSH_INFO, sizeof(WEBPUSH_INFO) - 1);
	memcpy(at, to->point, CRYPTO_POINT_LEN);
	memcpy(at + CRYPTO_POINT_LEN, point_out, CRYPTO_POINT_LEN);
	crypto_hkdf(ikm, IKM_LEN,
	    (struct str){ (const char *)to->auth, sizeof(to->auth) },
	    (struct str){ (char *)shared, sizeof(shared) },
	    (struct str){ info, sizeof(info) });
	crypto_wipe(shared, sizeof(shared));
	return true;
}

/* RFC 8188 section 2.1. */
static uint8_t *write_header(uint8_t *at, const struct push_ece_own *own,
    const uint8_t point[CRYPTO_POINT_LEN])
{
	memcpy(at, own->salt, sizeof(own->salt));
	at += sizeof(own->salt);
	*at++ = 0;
	*at++ = 0;
	*at++ = PUSH_ECE_RECORD >> 8;
	*at++ = PUSH_ECE_RECORD & 0xff;
	*at++ = CRYPTO_POINT_LEN;
	memcpy(at, point, CRYPTO_POINT_LEN);
	return at + CRYPTO_POINT_LEN;
}

/* The first record's nonce is the derived one: its number is 0. */
static void write_record(uint8_t *at, const struct push_ece_own *own,
    const uint8_t ikm[IKM_LEN], struct str record)
{
	struct str salt = { (const char *)own->salt, sizeof(own->salt) };
	struct str secret = { (const char *)ikm, IKM_LEN };
	uint8_t key[CRYPTO_GCM_KEY], nonce[CRYPTO_GCM_NONCE];

	crypto_hkdf(key, sizeof(key), salt, secret, STR(KEY_INFO));
	crypto_hkdf(nonce, sizeof(nonce), salt, secret, STR(NONCE_INFO));
	crypto_gcm_seal(at, key, nonce, record);
	crypto_wipe(key, sizeof(key));
}

struct str push_ece_seal_with(struct arena *a, const struct push_ece_own *own,
    const struct push_ece_to *to, struct str plain, size_t pad)
{
	size_t record_len = plain.len + 1 + pad;
	size_t len = PUSH_ECE_HEADER_LEN + record_len + CRYPTO_GCM_TAG;
	uint8_t ikm[IKM_LEN], point[CRYPTO_POINT_LEN];
	uint8_t *out, *record;

	BUG_ON(plain.len > PUSH_ECE_PLAIN_MAX ||
	       pad > PUSH_ECE_PLAIN_MAX - plain.len);
	if (!derive_ikm(ikm, own, to, point))
		return STR_NONE;
	out = arena_alloc(a, len);
	record = arena_alloc(a, record_len);
	memcpy(record, plain.p, plain.len);
	record[plain.len] = LAST_RECORD;
	write_record(write_header(out, own, point), own, ikm,
	    (struct str){ (char *)record, record_len });
	crypto_wipe(ikm, sizeof(ikm));
	return (struct str){ (char *)out, len };
}

struct str push_ece_seal(struct arena *a, const struct push_ece_to *to,
    struct str plain, size_t pad)
{
	struct push_ece_own own;
	struct str sealed;

	crypto_signer_make_scalar(own.scalar);
	crypto_random(own.salt, sizeof(own.salt));
	sealed = push_ece_seal_with(a, &own, to, plain, pad);
	crypto_wipe(&own, sizeof(own));
	return sealed;
}
