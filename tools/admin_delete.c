/*
 * im-admin app delete: an app that nobody needs any more.
 *
 * People are erased first, by im-erase as any others, so that what has copies
 * (devices, caches, the index) hears of it.  Then their rows go: inboxes,
 * conversations, people, the app.  Each step leaves a store in order, and a
 * repeat goes on where the one before has ended.
 */
#include <inttypes.h>
#include <stdio.h>

#include "admin.h"
#include "admin_delete_sql.h"
#include "base/fault.h"
#include "im/conv/conv.h"
#include "im/site/audit.h"
#include "im/user/erasure.h"
#include "io/bus_wake.h"

#define PAGE  200
#define INBOX 1000 /* rows of a transaction */

struct deletion {
	struct admin *ad;
	struct arena *a; /* of a page */
	struct app app;
	int64_t id; /* of what the transaction is about */
	int64_t upto;
	int64_t people, waiting, conversations;
};

/* ---- people ---- */

typedef int person_fn(struct deletion *d, const struct admin_person *p,
    struct error *err);

static int each_person(struct deletion *d, person_fn *fn, struct error *err)
{
	struct admin_person *rows;
	int64_t after = 0;
	size_t n;

	do {
		arena_rewind(d->a);
		if (admin_delete_sql_people(d->ad->db, d->a, d->app.app_id,
			after, PAGE, &rows, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			after = rows[i].user_id;
			if (fn(d, &rows[i], err) < 0)
				return -1;
		}
	} while (n == PAGE);
	return 0;
}

static int count(struct deletion *d, const struct admin_person *p,
    struct error *err)
{
	(void)err;
	d->people += !p->is_erased;
	d->waiting += !p->is_done;
	return 0;
}

static int erase(struct deletion *d, const struct admin_person *p,
    struct error *err)
{
	struct admin *ad = d->ad;

	if (p->is_erased)
		return 0;
	if (erasure_begin(ad->db, ad->cache, d->a, p->user_id, err) < 0)
		return -1;
	fault_point("app_erased");
	return 0;
}

static int inbox_tx(struct db *db, void *arg, struct error *err)
{
	const struct deletion *d = arg;

	return admin_delete_sql_inbox(db, d->id, d->upto, err);
}

static int empty_inbox(struct deletion *d, const struct admin_person *p,
    struct error *err)
{
	d->id = p->user_id;
	for (d->upto = p->floor_index; d->upto < p->last_index;) {
		d->upto = d->upto + INBOX < p->last_index ? d->upto + INBOX
							  : p->last_index;
		if (db_tx(d->ad->db, inbox_tx, d, err) < 0)
			return -1;
		fault_point("app_inbox");
	}
	return 0;
}

static int person_tx(struct db *db, void *arg, struct error *err)
{
	const struct deletion *d = arg;

	return admin_delete_sql_person(db, d->id, err);
}

static int delete_person(struct deletion *d, const struct admin_person *p,
    struct error *err)
{
	d->id = p->user_id;
	if (db_tx(d->ad->db, person_tx, d, err) < 0)
		return -1;
	fault_point("app_person");
	return 0;
}

/* ---- conversations ---- */

static int conv_tx(struct db *db, void *arg, struct error *err)
{
	const struct deletion *d = arg;
	int idle = admin_delete_sql_lock(db, d->a, d->id, err);

	if (idle == 0)
		return err_set(err, ERR_BUSY,
		    "im-fanout has work in the conversation %" PRId64
		    ": try again",
		    d->id);
	return idle < 0 ? -1 : admin_delete_sql_conv(db, d->id, err);
}

static int delete_kind(struct deletion *d, int64_t kind, struct error *err)
{
	struct conv *rows;
	size_t n;

	do {
		arena_rewind(d->a);
		if (conv_page(d->ad->db, d->a, d->app.app_id, kind, 0, PAGE,
			&rows, &n, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			d->id = rows[i].conv_id;
			if (db_tx(d->ad->db, conv_tx, d, err) < 0)
				return -1;
			conv_changed(d->id);
			d->conversations++;
			fault_point("app_conversation");
		}
	} while (n == PAGE);
	return 0;
}

/* ---- the app ---- */

static int app_tx(struct db *db, void *arg, struct error *err)
{
	const struct deletion *d = arg;

	if (admin_delete_sql_app(db, d->app.app_id, err) < 0)
		return -1;
	return admin_audit(d->ad, d->app.app_id, "app.delete", 0,
	    d->ad->words[0], err);
}

static int check(struct deletion *d, struct error *err)
{
	struct admin *ad = d->ad;
	int64_t holds;

	if (admin_app(ad, ad->words[0], &d->app, err) < 0)
		return -1;
	if (!d->app.disabled_ms)
		return err_set(err, ERR_CONFLICT,
		    "the app is in use: im-admin app disable %.64s",
		    ad->words[0]);
	if (admin_delete_sql_holds(ad->db, d->app.app_id, &holds, err) < 0)
		return -1;
	if (holds)
		return err_set(err, ERR_CONFLICT,
		    "%" PRId64 " conversations are on legal hold: im-admin "
		    "archive holds",
		    holds);
	if (each_person(d, count, err) < 0)
		return -1;
	if (d->people && !admin_option(ad, "with-people"))
		return err_set(err, ERR_CONFLICT,
		    "the app has %" PRId64 " people: --with-people erases them",
		    d->people);
	if (!admin_option(ad, "yes"))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "it cannot be undone: --yes");
	return 0;
}

/* What jobs do.  1: it is done. */
static int prepare(struct deletion *d, struct error *err)
{
	struct db *db = d->ad->db;
	int64_t exports;

	if (d->people && (admin_audit(d->ad, d->app.app_id, "app.erase-people",
			      0, d->ad->words[0], err) < 0 ||
			     each_person(d, erase, err) < 0))
		return -1;
	if (admin_delete_sql_drop_exports(db, d->app.app_id, err) < 0 ||
	    admin_delete_sql_exports(db, d->app.app_id, &exports, err) < 0)
		return -1;
	bus_wake("erase");
	bus_wake("export");
	if (d->waiting || exports)
		return err_set(err, ERR_BUSY,
		    "im-erase takes %" PRId64 " people out, and im-export "
		    "removes %" PRId64 " exports: run this again when they are "
		    "done, in some minutes",
		    d->waiting, exports);
	return 0;
}

static int delete_all(struct deletion *d, struct error *err)
{
	if (check(d, err) < 0 || prepare(d, err) < 0 ||
	    each_person(d, empty_inbox, err) < 0)
		return -1;
	for (int64_t kind = CONV_DIRECT; kind <= CONV_SELF; kind++)
		if (delete_kind(d, kind, err) < 0)
			return -1;
	if (each_person(d, delete_person, err) < 0 ||
	    db_tx(d->ad->db, app_tx, d, err) < 0)
		return -1;
	printf("app_id=%" PRId64 "\nconversations=%" PRId64 "\n", d->app.app_id,
	    d->conversations);
	return 0;
}

static int app_delete_command(struct admin *ad, struct error *err)
{
	struct arena page;
	struct deletion d = { .ad = ad, .a = &page };
	int rc;

	arena_init(&page);
	rc = delete_all(&d, err);
	arena_release(&page);
	return rc;
}

const struct admin_command admin_delete_commands[] = {
	{ "app", "delete", "APP --yes [--with-people]", 1, 1, "yes with-people",
	    "deletes a disabled app and all that it has; run it again until it "
	    "says what it has deleted",
	    app_delete_command },
	{ 0 },
};
