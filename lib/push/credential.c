#include "push/credential.h"

#include "base/crypto.h"
#include "io/json.h"

json_t *push_credential_json(struct arena *a, struct str text)
{
	struct error ignored;
	json_t *v = NULL;

	if (json_parse(a, text, false, &v, &ignored) < 0 || !json_is_object(v))
		return NULL;
	return v;
}

struct str push_credential_text(struct arena *a, const json_t *v,
    const char *key, size_t len_max)
{
	struct str s = json_get_str(v, key);

	if (!s.len || s.len > len_max || !str_is_printable(s, false))
		return STR_NONE;
	return arena_str(a, s);
}

bool push_credential_key(struct arena *a, json_t *v, const char *key,
    enum crypto_alg alg, struct crypto_signer **out)
{
	json_t *member = json_object_get(v, key);
	struct str pem = json_text(member);
	bool is = pem.p && !crypto_signer_read(a, alg, pem, out);

	/* The object is ours, and goes with the arena. */
	if (pem.p)
		crypto_wipe((char *)pem.p, pem.len);
	return is;
}
