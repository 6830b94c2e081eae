#include "im/site/server_key.h"

#include "base/crypto.h"
#include "im/site/server_key_sql.h"

int server_key_get(struct db *db, struct arena *a, const char *name,
    struct str *key_out, struct error *err)
{
	uint8_t fresh[32];
	int found = server_key_sql_find(db, a, str_of(name), key_out, err);

	if (found != 0)
		return found < 0 ? -1 : 0;
	/* If several processes offer a key, the first one is kept. */
	crypto_random(fresh, sizeof(fresh));
	if (server_key_sql_offer(db, str_of(name),
		(struct str){ (char *)fresh, sizeof(fresh) }, err) < 0)
		return -1;
	found = server_key_sql_find(db, a, str_of(name), key_out, err);
	if (found == 0)
		err_set(err, ERR_INTERNAL, "a server key vanished");
	return found > 0 ? 0 : -1;
}
