#include "im/user/subject.h"

#include "base/crypto.h"
#include "im/user/user.h"

#define PREFIX     "sub-"
#define PREFIX_LEN (sizeof(PREFIX) - 1)
/* Bytes of the hash: nobody finds two names that share them. */
#define KEPT 24

bool subject_is_reserved(struct str username)
{
	if (username.len != PREFIX_LEN + 2 * KEPT ||
	    !str_starts(username, PREFIX))
		return false;
	for (size_t i = PREFIX_LEN; i < username.len; i++) {
		char c = username.p[i];

		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

struct str subject_username(struct arena *a, struct str subject)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	if (user_is_name(subject) && !subject_is_reserved(subject))
		return subject;
	crypto_sha256(hash, subject);
	return arena_printf(a, PREFIX "%.*s",
	    STR_ARG(crypto_hex(a, hash, KEPT)));
}
