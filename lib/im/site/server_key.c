#include "im/site/server_key.h"

#include "im/site/server_key_sql.h"

int server_key_get(struct db *db, struct arena *a, const char *name,
    struct str *key_out, struct error *err)
{
	int found = server_key_sql_find(db, a, str_of(name), key_out, err);

	if (found < 0)
		return -1;
	if (found == 0 || key_out->len != CRYPTO_KEY_LEN)
		return err_set(err, ERR_INTERNAL, "no server key \"%s\"", name);
	return 0;
}
