/*
 * What crypto_key_read() accepts is a key that it reads again from what it
 * shows, for one algorithm only, and that has not signed what is random.
 */
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/crypto_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static bool read_as(struct arena *a, enum crypto_alg alg, struct str text)
{
	struct str der, again;
	const char *why;

	if (crypto_key_read(a, alg, text, &der))
		return false;
	check(der.len > 0 && der.len <= CRYPTO_KEY_DER_MAX);
	/* libcrypto finds factors of what is no modulus now and then. */
	why = crypto_key_read(a, alg, crypto_key_pem(a, der), &again);
	check(why ? !strcmp(why, "is not a valid key") : str_eq(der, again));
	check(!crypto_key_verify(alg, der, text, text));
	check(!crypto_key_verify(alg, der, text, STR_NONE));
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct str sig = { text.p, size < 64 ? size : 64 };
	struct arena a;

	if (size > CRYPTO_KEY_PEM_MAX)
		return 0;
	crypto_init();
	arena_init(&a);
	if (read_as(&a, CRYPTO_RS256, text))
		check(!read_as(&a, CRYPTO_ES256, text));
	else
		read_as(&a, CRYPTO_ES256, text);
	check(!crypto_key_verify(CRYPTO_ES256, text, text, sig));
	check(!crypto_key_verify(CRYPTO_RS256, text, text, text));
	arena_release(&a);
	return 0;
}
