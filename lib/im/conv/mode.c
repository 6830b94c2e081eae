#include "im/conv/mode.h"

#include "base/conf.h"
#include "im/conv/mode_sql.h"

/* A group that shrinks stays in mode pull until it is a good deal smaller, so
 * that one who comes and goes does not turn it each time. */
#define BACK(members) ((members) - (members) / 5)

int64_t mode_push_members(void)
{
	return conf.fanout.push_members;
}

enum conv_mode mode_by_size(const struct conv *c)
{
	int64_t max = mode_push_members();

	if (conv_has_fixed_members(c))
		return CONV_PUSH;
	if (c->forced_mode == MODE_FORCED_PUSH)
		return CONV_PUSH;
	if (c->forced_mode != MODE_AUTO || c->member_count > max)
		return CONV_PULL;
	return c->member_count <= BACK(max) ? CONV_PUSH : c->mode;
}

int mode_follow(struct db *db, struct conv *c, struct error *err)
{
	enum conv_mode mode = mode_by_size(c);

	if (c->mode == mode || c->dissolved_ms)
		return 0;
	c->mode = mode;
	return mode_sql_put(db, c, err) < 0 ? -1 : 1;
}

int mode_mark(struct db *db, const struct conv *c, struct error *err)
{
	return mode_sql_mark(db, c, err);
}

int mode_begin(struct db *db, struct conv *c, struct error *err)
{
	if (mode_by_size(c) == CONV_PUSH)
		return 0;
	c->mode = CONV_PULL;
	return mode_sql_put(db, c, err);
}

struct switching {
	struct arena *a;
	int64_t conv_id;
	enum conv_forced forced;
	bool by_itself; /* nobody has said so */
	struct conv *out;
};

/* 1: something is to be done. */
static int decide(const struct switching *s, struct conv *c, struct error *err)
{
	int64_t was = c->forced_mode;

	/* Of one that was shed the list is tidied. */
	if (c->dissolved_ms && (was != MODE_SHED || s->forced != MODE_AUTO))
		return err_set(err, ERR_GONE, "the conversation was dissolved");
	if (conv_has_fixed_members(c))
		return err_set(err, ERR_CONFLICT,
		    "this kind of conversation is always in mode push");
	if (s->by_itself &&
	    (was == MODE_FORCED_PUSH || was == MODE_FORCED_PULL))
		return 0;
	if (s->forced == MODE_SHED &&
	    (was == MODE_SHED || c->mode == CONV_PULL))
		return 0;
	c->forced_mode = s->forced;
	return was != c->forced_mode || mode_by_size(c) != c->mode;
}

static int set_tx(struct db *db, void *arg, struct error *err)
{
	const struct switching *s = arg;
	struct conv *c;
	int64_t was;
	size_t n;
	int rc;

	if (conv_lock(db, s->a, &s->conv_id, 1, &c, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	was = c->forced_mode;
	*s->out = *c;
	rc = conv_check_home(c, err) < 0 ? -1 : decide(s, c, err);
	if (rc <= 0)
		return rc;
	if (mode_sql_force(db, c, was, err) < 0)
		return -1;
	rc = mode_follow(db, c, err);
	if (rc < 0 || conv_touch(db, s->a, c, err) < 0)
		return -1;
	*s->out = *c;
	return rc ? mode_mark(db, c, err) : 0;
}

int mode_set(struct db *db, struct arena *a, int64_t conv_id,
    enum conv_forced forced, struct conv *out, struct error *err)
{
	struct switching s = { a, conv_id, forced, false, out };

	return db_tx(db, set_tx, &s, err);
}

int mode_turn(struct db *db, struct arena *a, int64_t conv_id,
    enum conv_forced forced, struct conv *out, struct error *err)
{
	struct switching s = { a, conv_id, forced, true, out };

	return db_tx(db, set_tx, &s, err);
}

int mode_shed(struct db *db, struct arena *a, int64_t before_ms, int64_t max,
    int64_t **ids_out, size_t *n_out, struct error *err)
{
	return mode_sql_shed(db, a, before_ms, max, ids_out, n_out, err);
}
