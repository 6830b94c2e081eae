#include "im/push/credential.h"

#include <inttypes.h>

#include "base/crypto.h"
#include "im/push/credential_sql.h"
#include "im/push/seal.h"
#include "im/site/audit.h"
#include "im/site/node.h"
#include "im/user/registration.h"
#include "io/db_clock.h"

int64_t credential_shown_state(const struct credential *c)
{
	return c->enabled ? c->state : CREDENTIAL_PAUSED;
}

/* ---- at rest ---- */

/* What is sealed begins with the place that it belongs to. */
static struct str place_of(struct arena *a, const struct credential *c)
{
	return arena_printf(a, "%" PRId64 " %" PRId64 " %.*s\n", c->app_id,
	    c->provider, STR_ARG(c->topic));
}

static int seal(struct arena *a, struct credential *c, struct str json,
    struct error *err)
{
	struct str place = place_of(a, c);
	struct str text = arena_printf(a, "%.*s%.*s", STR_ARG(place),
	    STR_ARG(json));
	int rc = seal_close(a, text, &c->sealed, &c->key_no, err);

	crypto_wipe((char *)text.p, text.len);
	return rc;
}

int credential_open(struct arena *a, const struct credential *c,
    struct str *json_out, struct error *err)
{
	struct str place = place_of(a, c), text;

	if (seal_open(a, c->sealed, c->key_no, &text, err) < 0)
		return -1;
	if (!str_starts(text, place.p)) {
		crypto_wipe((char *)text.p, text.len);
		return err_set(err, ERR_INTERNAL,
		    "a push credential was sealed for another place");
	}
	*json_out = (struct str){ text.p + place.len, text.len - place.len };
	return 0;
}

/* ---- changes ---- */

struct change {
	struct arena *arena;
	struct credential *c;
	struct str actor;
	int64_t former; /* in a put */
	int64_t n;      /* in a delete; stays when that runs again */
};

static int record(struct db *db, const struct change *ch, const char *action,
    struct error *err)
{
	const struct credential *c = ch->c;
	struct audit row = {
		.app_id = c->app_id,
		.actor = ch->actor,
		.action = str_of(action),
		.detail = arena_printf(ch->arena, "%.*s%s%.*s",
		    STR_ARG(str_word(REGISTRATION_PROVIDERS, c->provider)),
		    c->topic.len ? " " : "", STR_ARG(c->topic)),
	};

	return audit_add(db, &row, err);
}

/* Those who count at the same time may each add one more. */
static int insert(struct db *db, const struct change *ch, struct error *err)
{
	int64_t n;

	if (credential_sql_count(db, ch->c->app_id, &n, err) < 0)
		return -1;
	if (n >= CREDENTIALS_MAX)
		return err_set(err, ERR_CONFLICT,
		    "the app has %d push credentials", CREDENTIALS_MAX);
	return credential_sql_insert(db, ch->c, err);
}

static int store(struct db *db, const struct change *ch, struct error *err)
{
	struct credential there;
	int found = credential_sql_lock(db, ch->arena, ch->c, &there, err);

	if (found < 0)
		return -1;
	if (ch->former != CREDENTIAL_ANY &&
	    ch->former != (found ? there.version : 0))
		return err_set(err, ERR_MOVED, "the credential has changed");
	return found ? credential_sql_update(db, ch->c, err)
		     : insert(db, ch, err);
}

static int put(struct db *db, void *arg, struct error *err)
{
	struct change *ch = arg;
	int rc = store(db, ch, err);

	/* Another request has just put one there, and it can be locked now. */
	if (rc < 0 && db_is_duplicate(db))
		rc = store(db, ch, err);
	return rc < 0 ? -1 : record(db, ch, "push.put", err);
}

/* The lock waits for the session that was lost. */
static int was_put(struct db *db, void *arg, struct error *err)
{
	struct change *ch = arg;
	struct credential there;
	int found = credential_sql_lock(db, ch->arena, ch->c, &there, err);

	return found > 0 ? there.version == ch->c->version : found;
}

int credential_put(struct db *db, struct arena *a, struct credential *c,
    struct str json, int64_t former, struct str actor, struct error *err)
{
	struct change ch = { .arena = a,
		.c = c,
		.actor = actor,
		.former = former };

	if (!c->topic.p)
		c->topic = STR("");
	if (!c->public_key.p)
		c->public_key = STR("");
	c->state = CREDENTIAL_OK;
	c->reason = STR("");
	c->checked_ms = 0;
	c->changed_ms = c->probe_ms = db_clock_ms(db);
	if (node_next_id(db, &c->version, err) < 0 || seal(a, c, json, err) < 0)
		return -1;
	return db_tx_sure(db, put, was_put, &ch, err);
}

static int drop(struct db *db, void *arg, struct error *err)
{
	struct change *ch = arg;
	int64_t n;

	if (credential_sql_drop(db, ch->c, &n, err) < 0)
		return -1;
	if (!n)
		return 0;
	ch->n = n;
	return record(db, ch, "push.delete", err);
}

int credential_delete(struct db *db, struct arena *a, int64_t app_id,
    int64_t provider, struct str topic, struct str actor, int64_t *n_out,
    struct error *err)
{
	struct credential c = { .app_id = app_id,
		.provider = provider,
		.topic = topic };
	struct change ch = { .arena = a, .c = &c, .actor = actor };

	if (db_tx(db, drop, &ch, err) < 0)
		return -1;
	*n_out = ch.n;
	return 0;
}

/* ---- look-ups ---- */

int credential_list(struct db *db, struct arena *a, int64_t app_id,
    struct credential **out, size_t *n_out, struct error *err)
{
	return credential_sql_list(db, a, app_id, out, n_out, err);
}

int credential_find(struct db *db, struct arena *a, int64_t app_id,
    int64_t provider, struct str topic, struct credential *out,
    struct error *err)
{
	int found = credential_sql_find(db, a, app_id, provider, topic, out,
	    err);

	if (found || !topic.len)
		return found;
	return credential_sql_find(db, a, app_id, provider, STR(""), out, err);
}

int credential_public_key(struct db *db, struct arena *a, int64_t app_id,
    struct str *out, struct error *err)
{
	int64_t webpush = str_place(REGISTRATION_PROVIDERS, STR("webpush"));

	return credential_sql_public_key(db, a, app_id, webpush, out, err);
}

/* ---- im-push and im-admin ---- */

int credential_page(struct db *db, struct arena *a,
    const struct credential *after, int64_t limit, struct credential **out,
    size_t *n_out, struct error *err)
{
	static const struct credential first = { .topic = { "", 0 } };

	return credential_sql_page(db, a, after ? after : &first, limit, out,
	    n_out, err);
}

int credential_learn(struct db *db, const struct credential *c,
    struct error *err)
{
	struct credential in = *c;

	if (!in.reason.p)
		in.reason = STR("");
	return credential_sql_learn(db, &in, err);
}

int credential_reseal(struct db *db, struct arena *a,
    const struct credential *c, struct error *err)
{
	struct credential next = *c;
	struct str json;
	int64_t key_no;
	int rc;

	if (seal_key_no(&key_no, err) < 0)
		return -1;
	if (key_no == c->key_no)
		return 0;
	if (credential_open(a, c, &json, err) < 0)
		return -1;
	rc = seal(a, &next, json, err);
	crypto_wipe((char *)json.p, json.len);
	return rc < 0 ? -1 : credential_sql_reseal(db, &next, err);
}
