#include "im/conv/refusal.h"

#include "im/conv/direct.h"
#include "im/conv/refusal_sql.h"
#include "im/site/app_log.h"
#include "im/user/block.h"
#include "im/user/home.h"
#include "im/user/inbox.h"

#define TRIES 3 /* a pair has one direct chat, which is created once */

struct setting {
	struct arena *a;
	int64_t app_id;
	struct block block;
	bool on;
	struct refusal_result *out;

	/* Set in the transaction. */
	struct inbox_seq *seq;
	int changed;
	bool appeared; /* the chat, meanwhile: once more */
};

static int find_chat(struct db *db, struct setting *s, int64_t *conv_id_out,
    struct error *err)
{
	*conv_id_out = 0;
	return direct_find(db, s->a, s->block.user_id, s->block.blocked_id,
	    conv_id_out, err);
}

/* The log first, then the user: see im/user/inbox.h. */
static int lock_all(struct db *db, struct setting *s, struct error *err)
{
	struct conv *conv_out = &s->out->conv;
	struct conv *convs;
	int64_t conv_id, now_id;
	size_t n = 0;

	conv_out->conv_id = 0;
	if (find_chat(db, s, &conv_id, err) < 0 ||
	    (conv_id && conv_lock(db, s->a, &conv_id, 1, &convs, &n, err) < 0))
		return -1;
	if (n > 0)
		*conv_out = convs[0];
	if (inbox_lock(db, s->a, &s->block.user_id, 1, &s->seq, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such user");
	s->block.blocked_ms = s->seq->now_ms;
	if (conv_id)
		return 0;
	if (find_chat(db, s, &now_id, err) < 0)
		return -1;
	s->appeared = now_id != 0;
	return 0;
}

static int log_block(struct db *db, const struct setting *s, struct error *err)
{
	struct app_event blocked = {
		.app_id = s->app_id,
		.kind = APP_USER_BLOCKED,
		.user_id = s->block.user_id,
		.ref_id = s->block.blocked_id,
		.arg = s->on,
	};

	return app_log_add(db, &blocked, 1, err);
}

static int tell_devices(struct db *db, struct setting *s, struct error *err)
{
	s->out->event = (struct inbox_row){
		.user_id = s->block.user_id,
		.kind = INBOX_OWN_SETTINGS,
		.action = s->on ? INBOX_BLOCKED : INBOX_UNBLOCKED,
		.at_ms = s->block.blocked_ms,
		.arg = s->block.blocked_id,
	};
	return inbox_add_arg(db, &s->out->event, s->seq, err);
}

static int set_tx(struct db *db, void *arg, struct error *err)
{
	struct setting *s = arg;
	struct error elsewhere;

	s->appeared = false;
	s->changed = 0;
	if (lock_all(db, s, err) < 0)
		return -1;
	if (s->appeared)
		return 0;
	s->changed = block_set(db, s->a, &s->block, s->on, err);
	if (s->changed <= 0)
		return s->changed;
	if (log_block(db, s, err) < 0 || tell_devices(db, s, err) < 0)
		return -1;
	if (s->out->conv.conv_id == 0 ||
	    conv_check_home(&s->out->conv, &elsewhere) < 0)
		return 0;
	if (refusal_sql_put(db, s->out->conv.conv_id, s->block.blocked_id,
		s->on, err) < 0)
		return -1;
	return conv_touch(db, s->a, &s->out->conv, err);
}

int refusal_set(struct db *db, struct arena *a, int64_t app_id, int64_t user_id,
    int64_t other_id, bool on, struct refusal_result *out, struct error *err)
{
	struct setting s = {
		.a = a,
		.app_id = app_id,
		.block = { user_id, other_id, 0 },
		.on = on,
		.out = out,
	};

	if (home_check_user(user_id, err) < 0)
		return -1;
	for (int i = 0; i < TRIES; i++) {
		if (db_tx(db, set_tx, &s, err) < 0)
			return -1;
		if (!s.appeared)
			return s.changed;
	}
	return err_set(err, ERR_BUSY, "the chat is being created");
}

/* Of `by` against `against`, behind the lock of whoever blocks now. */
static int take_one(struct db *db, struct arena *a, int64_t conv_id, int64_t by,
    int64_t against, struct error *err)
{
	struct inbox_seq *seq;
	size_t n;
	int has;

	if (inbox_lock(db, a, &by, 1, &seq, &n, err) < 0)
		return -1;
	has = block_has(db, a, by, against, err);
	if (has <= 0)
		return has;
	return refusal_sql_put(db, conv_id, against, true, err);
}

int refusal_take(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, int64_t other_id, struct error *err)
{
	int64_t low = user_id < other_id ? user_id : other_id;
	int64_t high = user_id < other_id ? other_id : user_id;

	if (take_one(db, a, conv_id, low, high, err) < 0)
		return -1;
	return take_one(db, a, conv_id, high, low, err);
}
