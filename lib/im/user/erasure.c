#include "im/user/erasure.h"

#include <inttypes.h>

#include "im/site/app_log.h"
#include "im/site/generation.h"
#include "im/user/erasure_sql.h"
#include "im/user/export.h"
#include "im/user/home.h"
#include "im/user/inbox.h"
#include "im/user/search.h"
#include "im/user/user.h"

struct beginning {
	struct arena *a;
	int64_t user_id;
	struct user *u; /* the tombstone */
	bool was_before;
};

static int write_tombstone(struct db *db, struct beginning *b, int64_t now_ms,
    struct error *err)
{
	struct erasure row = {
		.user_id = b->user_id,
		.app_id = b->u->app_id,
		.asked_ms = now_ms,
		.due_ms = now_ms,
	};
	struct app_event erased = {
		.app_id = b->u->app_id,
		.kind = APP_USER_ERASED,
		.user_id = b->user_id,
	};

	if (erasure_sql_free_name(db, b->u, err) < 0)
		return -1;
	*b->u = (struct user){
		.user_id = b->user_id,
		.app_id = b->u->app_id,
		.username = arena_printf(b->a, "%c%" PRId64, USER_ERASED,
		    b->user_id),
		.display_name = STR(""),
		.bot = b->u->bot,
		.created_ms = b->u->created_ms,
		.disabled_ms = now_ms,
		.version = b->u->version + 1,
	};
	if (erasure_sql_bury(db, b->u, err) < 0 ||
	    search_drop(db, b->user_id, err) < 0 ||
	    erasure_sql_drop_password(db, b->user_id, err) < 0 ||
	    erasure_sql_insert(db, &row, err) < 0)
		return -1;
	return app_log_add(db, &erased, 1, err);
}

/* The lock on user_seq serialises changes of one user. */
static int begin_tx(struct db *db, void *arg, struct error *err)
{
	struct beginning *b = arg;
	struct inbox_seq *seq;
	size_t n;

	if (inbox_lock(db, b->a, &b->user_id, 1, &seq, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such user");
	if (user_read(db, b->a, b->user_id, &b->u, err) < 0)
		return -1;
	b->was_before = !b->u || user_is_erased(b->u);
	return b->was_before ? 0 : write_tombstone(db, b, seq->now_ms, err);
}

/* The lock waits for the session that was lost. */
static int was_begun(struct db *db, void *arg, struct error *err)
{
	const struct beginning *b = arg;
	struct inbox_seq *seq;
	struct user *there;
	size_t n;

	if (inbox_lock(db, b->a, &b->user_id, 1, &seq, &n, err) < 0 ||
	    user_read(db, b->a, b->user_id, &there, err) < 0)
		return -1;
	return there && user_is_erased(there);
}

int erasure_begin(struct db *db, struct cache *cache, struct arena *a,
    int64_t user_id, struct error *err)
{
	struct beginning b = { .a = a, .user_id = user_id };

	if (home_check_user(user_id, err) < 0 ||
	    generation_tx(db, cache, begin_tx, was_begun, &b, err) < 0)
		return -1;
	if (b.was_before)
		return 0;
	user_changed(db, cache, a, b.u);
	return 1;
}

/* ---- the job ---- */

int erasure_due(struct db *db, struct arena *a, int64_t limit,
    struct erasure **out, size_t *n_out, struct error *err)
{
	return erasure_sql_due(db, a, limit, out, n_out, err);
}

int erasure_next_conv(struct db *db, struct arena *a, int64_t user_id,
    int64_t conv_id, int64_t *conv_id_out, struct error *err)
{
	return erasure_sql_next(db, a, user_id, conv_id, conv_id_out, err);
}

int erasure_keep(struct db *db, const struct erasure *e, struct error *err)
{
	return erasure_sql_keep(db, e, err);
}

int erasure_drop_own(struct db *db, const struct erasure *e, bool *done_out,
    struct error *err)
{
	int64_t n, exports;

	if (erasure_sql_drop_own(db, e->user_id, &n, err) < 0 ||
	    export_drop(db, e->app_id, e->user_id, &exports, err) < 0)
		return -1;
	*done_out = n + exports == 0;
	return 0;
}
