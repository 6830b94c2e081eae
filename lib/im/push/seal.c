#include "im/push/seal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/log.h"

#define HEX_LEN  (2 * CRYPTO_KEY_LEN)
#define KEY_LINE 256

struct keys {
	uint8_t key[SEAL_KEYS_MAX][CRYPTO_KEY_LEN];
	size_t n;
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_key(uint8_t key[CRYPTO_KEY_LEN], const char *line)
{
	if (strlen(line) != HEX_LEN)
		return false;
	for (size_t i = 0; i < CRYPTO_KEY_LEN; i++) {
		int hi = hex_digit(line[2 * i]);
		int lo = hex_digit(line[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		key[i] = (uint8_t)(hi * 16 + lo);
	}
	return true;
}

/* The file says it only to operators. */
static int refuse(const char *why, struct error *err)
{
	log_error("push_key", "file=%s reason=\"%s\"", conf.push.key_file, why);
	return err_set(err, ERR_BUSY,
	    "push is not set up on this installation");
}

static int read_lines(FILE *f, struct keys *out, struct error *err)
{
	char line[KEY_LINE];
	int rc = 0;

	out->n = 0;
	while (rc == 0 && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\r\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		if (out->n == SEAL_KEYS_MAX)
			rc = refuse("too many keys", err);
		else if (!read_key(out->key[out->n++], line))
			rc = refuse("a key is 64 hexadecimal digits", err);
	}
	crypto_wipe(line, sizeof(line));
	if (rc == 0 && !out->n)
		rc = refuse("no key", err);
	return rc;
}

static int read_keys(struct keys *out, struct error *err)
{
	FILE *f = fopen(conf.push.key_file, "re");
	int rc;

	if (!f)
		return refuse(strerrordesc_np(errno), err);
	/* No copy of the keys stays in a buffer that nobody wipes. */
	setvbuf(f, NULL, _IONBF, 0);
	rc = read_lines(f, out, err);
	fclose(f);
	if (rc < 0)
		crypto_wipe(out, sizeof(*out));
	return rc;
}

static int64_t number_of(const uint8_t key[CRYPTO_KEY_LEN])
{
	uint8_t hash[CRYPTO_HASH_LEN];

	crypto_sha256(hash, (struct str){ (const char *)key, CRYPTO_KEY_LEN });
	return (int64_t)(hash[0] & 0x7f) << 24 | hash[1] << 16 | hash[2] << 8 |
	       hash[3];
}

int seal_close(struct arena *a, struct str text, struct str *sealed_out,
    int64_t *key_no_out, struct error *err)
{
	struct keys keys;

	if (read_keys(&keys, err) < 0)
		return -1;
	*sealed_out = crypto_seal(a, keys.key[0], text);
	*key_no_out = number_of(keys.key[0]);
	crypto_wipe(&keys, sizeof(keys));
	return 0;
}

int seal_open(struct arena *a, struct str sealed, int64_t key_no,
    struct str *text_out, struct error *err)
{
	struct keys keys;

	*text_out = STR_NONE;
	if (read_keys(&keys, err) < 0)
		return -1;
	for (size_t i = 0; i < keys.n && !text_out->p; i++) {
		if (number_of(keys.key[i]) == key_no)
			*text_out = crypto_unseal(a, keys.key[i], sealed);
	}
	crypto_wipe(&keys, sizeof(keys));
	return text_out->p ? 0 : refuse("a credential does not open", err);
}

int seal_key_no(int64_t *key_no_out, struct error *err)
{
	struct keys keys;

	if (read_keys(&keys, err) < 0)
		return -1;
	*key_no_out = number_of(keys.key[0]);
	crypto_wipe(&keys, sizeof(keys));
	return 0;
}
