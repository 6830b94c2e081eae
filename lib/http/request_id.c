#include "http/request_id.h"

#include "base/crypto.h"

#define RANDOM_LEN 12

bool http_request_id_is_valid(struct str id)
{
	return id.len >= 1 && id.len <= HTTP_REQUEST_ID_MAX &&
	       str_is_alnum_or(id, "._-");
}

struct str http_request_id(struct arena *a, struct str given)
{
	unsigned char random[RANDOM_LEN];

	if (http_request_id_is_valid(given))
		return given;
	crypto_random(random, sizeof(random));
	return crypto_hex(a, random, sizeof(random));
}
