#include "im/site/app_key.h"

#include "base/crypto.h"
#include "im/site/app_key_sql.h"
#include "im/site/node.h"
#include "io/db_clock.h"

int app_key_create(struct db *db, struct arena *a, int64_t app_id,
    struct str name, struct str *key_out, struct error *err)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct str key = crypto_token(a, APP_KEY_PREFIX);
	struct app_key_row row = {
		.key_hash = { (char *)hash, sizeof(hash) },
		.app_id = app_id,
		.name = name,
		.created_ms = db_clock_ms(db),
	};

	crypto_sha256(hash, key);
	if (node_next_id(db, &row.key_id, err) < 0 ||
	    app_key_sql_insert(db, &row, err) < 0)
		return -1;
	*key_out = key;
	return 0;
}

int app_key_check(struct db *db, struct arena *a, struct str key,
    struct app_key *out, struct error *err)
{
	uint8_t hash[CRYPTO_HASH_LEN];

	if (!str_starts(key, APP_KEY_PREFIX))
		return 0;
	crypto_sha256(hash, key);
	return app_key_sql_find(db, a,
	    (struct str){ (char *)hash, sizeof(hash) }, out, err);
}

int app_key_list(struct db *db, struct arena *a, int64_t app_id,
    struct app_key **out, size_t *n_out, struct error *err)
{
	return app_key_sql_list(db, a, app_id, out, n_out, err);
}

int app_key_revoke(struct db *db, int64_t key_id, struct error *err)
{
	return app_key_sql_revoke(db, key_id, db_clock_ms(db), err);
}
