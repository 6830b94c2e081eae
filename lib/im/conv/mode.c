#include "im/conv/mode.h"

#include "im/conv/conv.h"
#include "im/conv/mode_sql.h"

struct switching {
	struct arena *a;
	int64_t conv_id, mode;
};

static int set_tx(struct db *db, void *arg, struct error *err)
{
	const struct switching *s = arg;
	struct conv *c;
	size_t n;

	if (conv_lock(db, s->a, &s->conv_id, 1, &c, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	if (conv_check_home(c, err) < 0)
		return -1;
	if (c->mode == s->mode)
		return 0;
	c->mode = s->mode;
	if (mode_sql_put(db, c, err) < 0)
		return -1;
	return conv_touch(db, s->a, c, err);
}

int mode_set(struct db *db, struct arena *a, int64_t conv_id, int64_t mode,
    struct error *err)
{
	struct switching s = { a, conv_id, mode };

	BUG_ON(mode != CONV_PUSH && mode != CONV_PULL);
	return db_tx(db, set_tx, &s, err);
}
