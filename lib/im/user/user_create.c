#include "im/user/user_create.h"

#include "base/crypto.h"
#include "im/site/app_log.h"
#include "im/site/node.h"
#include "im/user/inbox.h"
#include "im/user/search.h"
#include "im/user/user_sql.h"
#include "io/db_clock.h"

struct creation {
	struct arena *arena;
	const struct user *users;
	const struct str *hashes;
	size_t n;
	struct inbox_seq *seqs;
};

static int put_rows(struct db *db, const struct creation *c, struct error *err)
{
	struct user_row *rows = ARENA_ARRAY(c->arena, c->n, struct user_row);

	for (size_t i = 0; i < c->n; i++)
		rows[i] = (struct user_row){ c->users[i],
			search_folded(c->arena, &c->users[i]) };
	return user_sql_insert(db, rows, c->n, err);
}

static int put_credentials(struct db *db, const struct creation *c,
    struct error *err)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct user_credential cred = { c->users[i].user_id,
			c->hashes[i], c->users[i].created_ms };

		if (cred.password_hash.p &&
		    user_sql_put_credential(db, &cred, err) < 0)
			return -1;
	}
	return 0;
}

static int log_created(struct db *db, const struct creation *c,
    struct error *err)
{
	struct app_event *rows = ARENA_ARRAY(c->arena, c->n, struct app_event);

	for (size_t i = 0; i < c->n; i++)
		rows[i] = (struct app_event){
			.app_id = c->users[i].app_id,
			.kind = APP_USER_CREATED,
			.user_id = c->users[i].user_id,
		};
	return app_log_add(db, rows, c->n, err);
}

/* The names first, so that of two requests for one of them one waits for the
 * other. */
static int create(struct db *db, void *arg, struct error *err)
{
	const struct creation *c = arg;

	if (user_sql_claim(db, c->users, c->n, err) < 0 ||
	    put_rows(db, c, err) < 0 ||
	    search_add(db, c->arena, c->users, c->n, err) < 0 ||
	    put_credentials(db, c, err) < 0 ||
	    inbox_create(db, c->arena, c->seqs, c->n, err) < 0)
		return -1;
	return log_created(db, c, err);
}

/* Claiming the name waits for the session that was lost. */
static int was_created(struct db *db, void *arg, struct error *err)
{
	const struct creation *c = arg;
	const struct user *u = c->users;
	struct user there;
	int found;

	if (user_sql_claim(db, u, 1, err) == 0)
		return 0;
	if (err->code != ERR_CONFLICT)
		return -1;
	found = user_find_named(db, c->arena, u->app_id, u->username, &there,
	    err);
	return found > 0 ? there.user_id == u->user_id : found;
}

int user_create_many(struct db *db, struct arena *a, struct user *users,
    const struct str *password_hashes, size_t n, struct error *err)
{
	struct creation c = { .arena = a,
		.users = users,
		.hashes = password_hashes,
		.n = n,
		.seqs = ARENA_ARRAY(a, n, struct inbox_seq) };

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++) {
		struct user *u = &users[i];
		int64_t stream_id;

		if (node_next_id(db, &u->user_id, err) < 0)
			return -1;
		if (!u->display_name.p)
			u->display_name = u->username;
		u->created_ms = db_clock_ms(db);
		u->disabled_ms = 0;
		u->version = 1;
		crypto_random(&stream_id, sizeof(stream_id));
		c.seqs[i] = (struct inbox_seq){ .user_id = u->user_id,
			.stream_id = (stream_id & INT64_MAX) | 1 };
	}
	return db_tx_sure(db, create, was_created, &c, err);
}

int user_create(struct db *db, struct arena *a, struct user *u,
    struct str password_hash, struct error *err)
{
	return user_create_many(db, a, u, &password_hash, 1, err);
}
