#include "im/site/app.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "im/site/app_sql.h"
#include "im/site/node.h"

bool app_has_origin(struct str origins, struct str origin)
{
	while (origins.p) {
		struct str word = str_cut(&origins, ' ');

		if (word.len && (str_eq(word, origin) || str_is(word, "*")))
			return true;
	}
	return false;
}

int app_create(struct db *db, struct arena *a, struct app *app,
    struct error *err)
{
	if (node_next_id(db, &app->app_id, err) < 0)
		return -1;
	app->secret = crypto_token(a, APP_SECRET_PREFIX);
	app->created_ms = clock_now_ms();
	app->disabled_ms = 0;
	return app_sql_insert(db, app, err);
}

int app_key_create(struct db *db, struct arena *a, int64_t app_id,
    struct str name, struct str *key_out, struct error *err)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct str key = crypto_token(a, APP_KEY_PREFIX);
	struct app_key_row row = {
		.key_hash = { (char *)hash, sizeof(hash) },
		.app_id = app_id,
		.name = name,
		.created_ms = clock_now_ms(),
	};

	crypto_sha256(hash, key);
	if (node_next_id(db, &row.key_id, err) < 0 ||
	    app_sql_insert_key(db, &row, err) < 0)
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
	return app_sql_find_key(db, a,
	    (struct str){ (char *)hash, sizeof(hash) }, out, err);
}

int app_server_key(struct db *db, struct arena *a, const char *name,
    struct str *key_out, struct error *err)
{
	uint8_t fresh[32];
	int found = app_sql_server_key(db, a, str_of(name), key_out, err);

	if (found != 0)
		return found < 0 ? -1 : 0;
	/* If several processes offer a key, the first one is kept. */
	crypto_random(fresh, sizeof(fresh));
	if (app_sql_offer_server_key(db, str_of(name),
		(struct str){ (char *)fresh, sizeof(fresh) }, err) < 0)
		return -1;
	found = app_sql_server_key(db, a, str_of(name), key_out, err);
	if (found == 0)
		err_set(err, ERR_INTERNAL, "a server key vanished");
	return found > 0 ? 0 : -1;
}
