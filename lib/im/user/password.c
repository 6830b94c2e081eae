#include "im/user/password.h"

#include "base/crypto.h"

int password_hash(struct arena *a, struct str password, struct str *hash_out,
    struct error *err)
{
	char text[CRYPTO_PASSWORD_LEN];

	if (crypto_password_hash(text, password) < 0)
		return err_set(err, ERR_BUSY, "no memory for a hash");
	*hash_out = str_of(arena_cstr(a, text));
	return 0;
}

bool password_check(struct arena *a, struct str hash, struct str password)
{
	if (hash.p)
		return crypto_password_check(arena_str(a, hash).p, password);
	crypto_password_burn(password);
	return false;
}
