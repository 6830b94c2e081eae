#include "im/conv/conv.h"

#include <stdlib.h>

#include "base/conf.h"
#include "base/order.h"
#include "im/conv/conv_sql.h"
#include "im/site/recent.h"
#include "io/epoch.h"

int conv_part(int64_t conv_id)
{
	/* Fibonacci hashing: ids made at the same time differ in few bits. */
	uint64_t h = (uint64_t)conv_id * UINT64_C(0x9E3779B97F4A7C15);

	return (int)((h >> 32) % CONV_PARTS);
}

static int by_conv(const void *key, const void *item)
{
	int64_t id = *(const int64_t *)key;
	const struct conv *c = item;

	return order_i64(id, c->conv_id);
}

struct conv *conv_pick(struct conv *convs, size_t n, int64_t conv_id)
{
	if (n == 0)
		return NULL;
	return bsearch(&conv_id, convs, n, sizeof(*convs), by_conv);
}

int conv_load(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct conv **out, size_t *n_out, struct error *err)
{
	*n_out = 0;
	*out = NULL;
	if (n == 0)
		return 0;
	return conv_sql_load(db, a, db_set(a, ids, n), out, n_out, err);
}

int conv_lock(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct conv **out, size_t *n_out, struct error *err)
{
	for (size_t i = 1; i < n; i++)
		BUG_ON(ids[i] != ids[0]);
	return conv_sql_lock(db, a, ids[0], out, n_out, err);
}

int conv_lock_free(struct db *db, struct arena *a, const int64_t *ids, size_t n,
    struct conv **out, size_t *n_out, struct error *err)
{
	return conv_sql_lock_free(db, a, db_set(a, ids, n), out, n_out, err);
}

int conv_get(struct db *db, struct arena *a, int64_t conv_id, struct conv *out,
    struct error *err)
{
	struct conv *convs;
	size_t n;

	if (conv_load(db, a, &conv_id, 1, &convs, &n, err) < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "no such conversation");
	*out = convs[0];
	return 0;
}

int conv_page(struct db *db, struct arena *a, int64_t app_id, int64_t kind,
    int64_t after_id, int64_t limit, struct conv **out, size_t *n_out,
    struct error *err)
{
	return conv_sql_page(db, a, app_id, kind, after_id, limit, out, n_out,
	    err);
}

void conv_make_home(struct conv *c)
{
	c->home = conf.region.id;
	c->epoch = 1;
}

bool conv_has_fixed_members(const struct conv *c)
{
	return c->kind != CONV_GROUP && c->kind != CONV_CHANNEL;
}

int conv_check_home(const struct conv *c, struct error *err)
{
	if (c->home == conf.region.id)
		return 0;
	return err_set(err, ERR_HOME_UNREACHABLE,
	    "the conversation has its home in another region");
}

int conv_insert(struct db *db, const struct conv *c, struct error *err)
{
	return conv_sql_insert(db, c, err);
}

int conv_put_settings(struct db *db, const struct conv *c, struct error *err)
{
	return conv_sql_put_settings(db, c, err);
}

void conv_changed(int64_t conv_id)
{
	struct recent_key key = recent_key_id(RECENT_CONV, conv_id);

	recent_changed(&key);
}

void conv_rewritten(int64_t conv_id)
{
	epoch_raise(EPOCH_REWRITE, (uint64_t)conv_id);
}

uint64_t conv_rewrites(int64_t conv_id)
{
	return epoch_now(EPOCH_REWRITE, (uint64_t)conv_id);
}

static void tell(void *arg)
{
	const int64_t *conv_id = arg;

	conv_changed(*conv_id);
}

int conv_touch(struct db *db, struct arena *a, struct conv *c,
    struct error *err)
{
	int64_t *conv_id = ARENA_NEW(a, int64_t);

	c->version++;
	*conv_id = c->conv_id;
	db_after_commit(db, a, tell, conv_id);
	return conv_sql_touch(db, c, err);
}
