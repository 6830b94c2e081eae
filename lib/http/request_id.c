#include "http/request_id.h"

#include "base/crypto.h"

#define RANDOM_LEN 12

struct str http_request_id(struct arena *a, struct str given)
{
	unsigned char random[RANDOM_LEN];

	if (given.len >= 1 && given.len <= HTTP_REQUEST_ID_MAX &&
	    str_is_alnum_or(given, "._-"))
		return given;
	crypto_random(random, sizeof(random));
	return crypto_hex(a, random, sizeof(random));
}
