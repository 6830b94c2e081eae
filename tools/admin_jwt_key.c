/* The keys that sign JWTs for an app's users. */
#include <stdio.h>

#include "admin.h"
#include "im/site/jwt_key.h"

#define PAGE 100

/* The app and the key that words 0 and 1 name. */
static int named_key(struct admin *ad, struct jwt_key *out, struct error *err)
{
	struct app app;

	*out = (struct jwt_key){ .kid = str_of(ad->words[1]) };
	if (!jwt_key_is_kid(out->kid))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a kid must be 1 to %d of A-Z a-z 0-9 . _ -",
		    JWT_KEY_KID_MAX);
	if (admin_app(ad, ad->words[0], &app, err) < 0)
		return -1;
	out->app_id = app.app_id;
	return 0;
}

/* From stdin, as a PEM has several lines. */
static int read_public_key(struct admin *ad, struct jwt_key *key,
    struct error *err)
{
	char *pem = arena_alloc(ad->arena, CRYPTO_KEY_PEM_MAX + 1);
	size_t len = fread(pem, 1, CRYPTO_KEY_PEM_MAX + 1, stdin);
	const char *why = "it is too long";

	if (len <= CRYPTO_KEY_PEM_MAX)
		why = crypto_key_read(ad->arena, (enum crypto_alg)key->alg,
		    (struct str){ pem, len }, &key->public_key);
	return why ? err_set(err, ERR_INVALID_ARGUMENT, "the key on stdin: %s",
			 why)
		   : 0;
}

static int jwt_key_add_command(struct admin *ad, struct error *err)
{
	struct jwt_key key;

	if (named_key(ad, &key, err) < 0)
		return -1;
	key.alg = str_place(JWT_KEY_ALGS, str_of(ad->words[2]));
	if (!key.alg)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "%.40s is none of " JWT_KEY_ALGS, ad->words[2]);
	if (read_public_key(ad, &key, err) < 0)
		return -1;
	return jwt_key_put(ad->db, ad->cache, ad->arena, &key, admin_actor(ad),
	    err);
}

static int jwt_key_list_command(struct admin *ad, struct error *err)
{
	struct str after = STR("");
	struct jwt_key *keys;
	struct app app;
	size_t n;

	if (admin_app(ad, ad->words[0], &app, err) < 0)
		return -1;
	puts("kid\talg\tcreated");
	do {
		if (jwt_key_list(ad->db, ad->arena, app.app_id, after, PAGE,
			&keys, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			printf("%.*s\t%.*s\t%s\n", STR_ARG(keys[i].kid),
			    STR_ARG(str_word(JWT_KEY_ALGS, keys[i].alg)),
			    admin_time(keys[i].created_ms));
		if (n)
			after = keys[n - 1].kid;
	} while (n == PAGE);
	return 0;
}

static int jwt_key_revoke_command(struct admin *ad, struct error *err)
{
	struct jwt_key key;
	int deleted;

	if (named_key(ad, &key, err) < 0)
		return -1;
	deleted = jwt_key_delete(ad->db, ad->cache, ad->arena, key.app_id,
	    key.kid, admin_actor(ad), err);
	if (!deleted)
		return err_set(err, ERR_NOT_FOUND,
		    "the app %.64s has no key %s", ad->words[0], ad->words[1]);
	return deleted < 0 ? -1 : 0;
}

const struct admin_command admin_jwt_key_commands[] = {
	{ "jwt-key", "add", "APP KID " JWT_KEY_ALGS " <PEM", 3, 3, "",
	    "registers a key that signs JWTs, or replaces it; from stdin",
	    jwt_key_add_command },
	{ "jwt-key", "list", "APP", 1, 1, "",
	    "lists the keys that sign an app's JWTs", jwt_key_list_command },
	{ "jwt-key", "revoke", "APP KID", 2, 2, "",
	    "removes a key: what it has signed is refused",
	    jwt_key_revoke_command },
	{ 0 },
};
