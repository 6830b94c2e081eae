#include "im/conv/invite.h"

#include "base/crypto.h"
#include "im/conv/invite_sql.h"

bool invite_is_open(const struct invite *i, int64_t now_ms)
{
	return i->ended_ms == 0 &&
	       (i->expires_ms == 0 || i->expires_ms > now_ms) &&
	       (i->max_uses == 0 || i->uses < i->max_uses);
}

int invite_find(struct db *db, struct arena *a, struct str code,
    struct invite *out, struct error *err)
{
	return invite_sql_find(db, a, code, out, err);
}

int invite_list(struct db *db, struct arena *a, const struct invite_query *q,
    struct invite **out, size_t *n_out, struct error *err)
{
	return invite_sql_list(db, a, q, out, n_out, err);
}

int invite_count(struct db *db, struct arena *a, int64_t conv_id,
    int64_t now_ms, int64_t *n_out, struct error *err)
{
	return invite_sql_count(db, a, conv_id, now_ms, n_out, err);
}

struct str invite_code(struct arena *a)
{
	uint8_t random[15]; /* 120 bits, 20 characters */

	crypto_random(random, sizeof(random));
	return crypto_base64url(a, random, sizeof(random));
}

int invite_insert(struct db *db, const struct invite *i, struct error *err)
{
	if (invite_sql_drop_ended(db, i->conv_id,
		i->created_ms - INVITE_KEPT_MS, err) < 0)
		return -1;
	return invite_sql_insert(db, i, err);
}

int invite_put(struct db *db, const struct invite *i, struct error *err)
{
	return invite_sql_put(db, i, err);
}
