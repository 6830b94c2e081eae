#include "im/user/export.h"

#include "base/crypto.h"
#include "im/site/node.h"
#include "im/user/export_sql.h"
#include "im/user/home.h"

struct beginning {
	struct arena *a;
	struct export mine, *out;
};

/*
 * The key of the running one (ended_id 0) is locked by whoever inserts first,
 * and by whoever finds it: until the commit it neither ends nor goes.
 */
static int begin_tx(struct db *db, void *arg, struct error *err)
{
	struct beginning *b = arg;
	const struct export *m = &b->mine;
	int found;

	if (export_sql_insert(db, m, err) < 0)
		return -1;
	found = export_sql_find(db, b->a, m->app_id, m->user_id, m->conv_id,
	    true, b->out, err);
	if (found < 0)
		return -1;
	BUG_ON(!found);
	if (b->out->export_id != m->export_id)
		return 0;
	return export_sql_replace(db, m, err);
}

int export_begin(struct db *db, struct arena *a, struct export *e,
    struct error *err)
{
	struct beginning b = {
		.a = a,
		.mine = { .app_id = e->app_id,
		    .user_id = e->user_id,
		    .conv_id = e->conv_id,
		    .name = crypto_token(a, "export-") },
		.out = e,
	};

	BUG_ON((e->user_id == 0) == (e->conv_id == 0));
	if ((e->user_id && home_check_user(e->user_id, err) < 0) ||
	    node_next_id(db, &b.mine.export_id, err) < 0 ||
	    db_tx(db, begin_tx, &b, err) < 0)
		return -1;
	return e->export_id == b.mine.export_id;
}

int export_find(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t conv_id, struct export *out, struct error *err)
{
	int found = export_sql_find(db, a, app_id, user_id, conv_id, true, out,
	    err);

	return found ? found
		     : export_sql_find(db, a, app_id, user_id, conv_id, false,
			   out, err);
}

int export_list(struct db *db, struct arena *a, int64_t app_id,
    int64_t after_id, int64_t limit, struct export **out, size_t *n_out,
    struct error *err)
{
	return export_sql_list(db, a, app_id, after_id, limit, out, n_out, err);
}

int export_drop(struct db *db, int64_t app_id, int64_t user_id, int64_t *n_out,
    struct error *err)
{
	return export_sql_drop(db, app_id, user_id, n_out, err);
}

/* ---- the job ---- */

int export_due(struct db *db, struct arena *a, int64_t limit,
    struct export **out, size_t *n_out, struct error *err)
{
	return export_sql_due(db, a, limit, out, n_out, err);
}

int export_keep(struct db *db, const struct export *e, int64_t wait_ms,
    struct error *err)
{
	int64_t n;

	if (export_sql_keep(db, e, wait_ms, &n, err) < 0)
		return -1;
	return n > 0;
}

int export_end(struct db *db, const struct export *e, enum export_state state,
    int64_t wait_ms, struct error *err)
{
	struct export end = *e;
	int64_t n;

	end.state = state;
	if (export_sql_end(db, &end, wait_ms, &n, err) < 0)
		return -1;
	return n > 0;
}

int export_removed(struct db *db, const struct export *e, struct error *err)
{
	return e->state == EXPORT_GONE ? export_sql_delete(db, e, err)
				       : export_sql_rest(db, e, err);
}
