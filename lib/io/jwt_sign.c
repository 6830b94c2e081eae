#include "io/jwt_sign.h"

#include "base/crypto.h"
#include "io/json_writer.h"

static const char *const names[] = {
	[CRYPTO_RS256] = "RS256",
	[CRYPTO_ES256] = "ES256",
	[CRYPTO_PS256] = "PS256",
};

struct str jwt_sign(struct arena *a, const struct crypto_signer *key,
    struct str kid, struct str claims)
{
	struct json_writer w;
	struct str text, signature;
	struct buf head;

	buf_init(&head);
	json_writer_init(&w, &head);
	json_begin(&w);
	json_put_cstr(&w, "alg", names[crypto_signer_alg(key)]);
	json_put_cstr(&w, "typ", "JWT");
	json_put_str(&w, "kid", kid);
	json_end(&w);
	text = arena_printf(a, "%.*s.%.*s",
	    STR_ARG(crypto_base64url(a, head.p, head.len)),
	    STR_ARG(crypto_base64url(a, claims.p, claims.len)));
	buf_release(&head);
	signature = crypto_signer_sign(a, key, text);
	return arena_printf(a, "%.*s.%.*s", STR_ARG(text),
	    STR_ARG(crypto_base64url(a, signature.p, signature.len)));
}
