#include "io/jwt.h"

#include <math.h>

#include "base/crypto.h"

#define TIME_MAX_S 1e11

static const json_t *decode(struct arena *a, struct str part)
{
	struct str text = crypto_base64url_decode(a, part);
	struct error ignored;
	json_t *v = NULL;

	if (!text.p || json_parse(a, text, false, &v, &ignored) < 0 ||
	    !json_is_object(v))
		return NULL;
	return v;
}

/* A NumericDate in ms; -1 if v is not one. */
static int64_t date_ms(const json_t *v)
{
	double s = json_is_number(v) ? json_number_value(v) : -1;

	return s >= 0 && s < TIME_MAX_S ? (int64_t)llround(s * 1000) : -1;
}

/* The header's alg and kid. */
static bool take_header(struct jwt *out, const json_t *header)
{
	struct str alg = json_get_str(header, "alg"),
		   kid = json_get_str(header, "kid");

	out->is_hs256 = str_is(alg, "HS256");
	out->alg = str_is(alg, "RS256")   ? CRYPTO_RS256
		   : str_is(alg, "ES256") ? CRYPTO_ES256
					  : 0;
	out->kid = kid.len && kid.len <= JWT_KID_MAX ? kid : STR_NONE;
	return (out->is_hs256 || (out->alg && out->kid.p)) &&
	       !json_object_get(header, "crit");
}

bool jwt_parse(struct arena *a, struct str token, struct jwt *out)
{
	struct str rest = token, head = str_cut(&rest, '.'),
		   claims = str_cut(&rest, '.');
	const json_t *header;

	if (token.len > JWT_LEN_MAX || !rest.p || str_find(rest, '.') >= 0)
		return false;
	out->signed_part = (struct str){ token.p, head.len + 1 + claims.len };
	out->signature = crypto_base64url_decode(a, rest);
	out->claims = decode(a, claims);
	out->exp_ms = date_ms(json_object_get(out->claims, "exp"));
	header = decode(a, head);
	return header && out->claims && out->signature.p &&
	       take_header(out, header);
}

const char *jwt_check_times(const struct jwt *j, int64_t now_ms)
{
	static const struct {
		const char *claim, *text;
	} starts[] = {
		{ "nbf", "nbf is not past" },
		{ "iat", "iat is not past" },
	};

	if (j->exp_ms < 0)
		return "exp is missing or not a time";
	if (now_ms >= j->exp_ms + JWT_SKEW_MS)
		return "it has expired";
	if (j->exp_ms > now_ms + JWT_AHEAD_MS + JWT_SKEW_MS)
		return "exp is more than a day ahead";
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		const json_t *v = json_object_get(j->claims, starts[i].claim);
		int64_t ms = date_ms(v);

		if (v && (ms < 0 || now_ms < ms - JWT_SKEW_MS))
			return starts[i].text;
	}
	return NULL;
}

bool jwt_is_current(const struct jwt *j, int64_t now_ms)
{
	return !jwt_check_times(j, now_ms);
}

bool jwt_is_signed(const struct jwt *j, struct str secret)
{
	uint8_t mac[CRYPTO_HASH_LEN];

	if (!j->is_hs256 || !secret.len || j->signature.len != sizeof(mac))
		return false;
	crypto_hmac(mac, secret, j->signed_part);
	return crypto_equal(mac, j->signature.p, sizeof(mac));
}

bool jwt_is_signed_by(const struct jwt *j, enum crypto_alg alg,
    struct str public_key)
{
	return !j->is_hs256 && j->alg == alg &&
	       crypto_key_verify(alg, public_key, j->signed_part, j->signature);
}
