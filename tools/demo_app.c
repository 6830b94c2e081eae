/* The apps, and the people of the first. */
#include "demo.h"

#include "base/crypto.h"
#include "im/site/app.h"
#include "im/user/user.h"
#include "im/user/user_create.h"

static int find_app(struct demo *d, const char *name, const char *title,
    struct app *out, struct error *err)
{
	struct app app = {
		.name = str_of(name),
		.title = str_of(title),
		.origins = STR(""),
		.open_signup = 1,
	};
	int found = app_find_named(d->db, d->arena, app.name, out, err);

	if (found == 0) {
		found = app_create(d->db, d->arena, &app, err);
		*out = app;
	}
	return found < 0 ? -1 : 0;
}

static int find_apps(struct demo *d, struct error *err)
{
	struct app app, app2;

	if (find_app(d, DEMO_APP, "Demo", &app, err) < 0 ||
	    find_app(d, DEMO_APP2, "Another demo", &app2, err) < 0)
		return -1;
	d->app_id = app.app_id;
	d->app_ms = app.created_ms;
	d->app2_id = app2.app_id;
	return 0;
}

static int hash_password(struct demo *d, struct str *hash_out,
    struct error *err)
{
	char *hash = arena_alloc(d->arena, CRYPTO_PASSWORD_LEN);

	if (crypto_password_hash(hash, str_of(d->options->password)) != 0)
		return err_set(err, ERR_BUSY, "no memory for a password");
	*hash_out = str_of(hash);
	return 0;
}

/* 1 created, 0 it existed. */
static int find_person(struct demo *d, size_t i, struct error *err)
{
	struct user u = {
		.app_id = d->app_id,
		.username = str_of(demo_people[i].username),
		.display_name = str_of(demo_people[i].display_name),
	};
	struct user there;
	struct str hash;
	int found = user_find_named(d->db, d->arena, d->app_id, u.username,
	    &there, err);

	if (found < 0)
		return -1;
	if (found == 1) {
		d->users[i] = there.user_id;
		return 0;
	}
	if (hash_password(d, &hash, err) < 0 ||
	    user_create(d->db, d->arena, &u, hash, err) < 0)
		return -1;
	d->users[i] = u.user_id;
	return 1;
}

/* Checks the first user's; all have the same. */
static int password_fits(struct demo *d, struct error *err)
{
	struct str hash;
	int found = user_password_hash(d->db, d->arena, d->users[0], &hash,
	    err);

	if (found <= 0)
		return found;
	/* The copy is NUL-terminated. */
	return crypto_password_check(arena_str(d->arena, hash).p,
	    str_of(d->options->password));
}

static int set_passwords(struct demo *d, struct error *err)
{
	struct str hash;

	for (size_t i = 0; i < demo_n_people; i++)
		if (hash_password(d, &hash, err) < 0 ||
		    user_set_password(d->db, d->users[i], hash, err) < 0)
			return -1;
	return 0;
}

int demo_people_seed(struct demo *d, struct error *err)
{
	size_t n_new = 0;
	int fits;

	if (find_apps(d, err) < 0)
		return -1;
	d->users = ARENA_ARRAY(d->arena, demo_n_people, int64_t);
	for (size_t i = 0; i < demo_n_people; i++) {
		int made = find_person(d, i, err);

		if (made < 0)
			return -1;
		n_new += (size_t)made;
	}
	if (n_new == demo_n_people)
		return 0;
	fits = password_fits(d, err);
	if (fits < 0)
		return -1;
	return fits ? 0 : set_passwords(d, err);
}
