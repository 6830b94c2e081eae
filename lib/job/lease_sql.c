#include "job/lease_sql.h"

/* Leases use only the database's clock. */
#define NOW_MS "FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000)"

#define ROW struct lease_row
static const struct db_field key_in[] = { DB_STR(ROW, name), DB_END };
static const struct db_field look_out[] = {
	DB_STR(ROW, owner),
	DB_I64(ROW, fence),
	DB_I64(ROW, expires_ms),
	DB_I64(ROW, left_ms),
	DB_END,
};
static const struct db_field take_in[] = {
	DB_STR(ROW, owner),
	DB_I64(ROW, ttl_ms),
	DB_STR(ROW, name),
	DB_I64(ROW, fence),
	DB_END,
};
static const struct db_field held_in[] = {
	DB_STR(ROW, name),
	DB_STR(ROW, owner),
	DB_I64(ROW, fence),
	DB_END,
};
static const struct db_field renew_in[] = {
	DB_I64(ROW, ttl_ms),
	DB_STR(ROW, name),
	DB_STR(ROW, owner),
	DB_I64(ROW, fence),
	DB_END,
};
static const struct db_field fence_out[] = { DB_I64(ROW, fence), DB_END };

static const struct db_stmt look = {
	.name = "lease.look",
	.sql = "SELECT owner, fence, expires_ms, "
	       "CAST(expires_ms AS SIGNED) - " NOW_MS " "
	       "FROM lease WHERE name = ?",
	.in = key_in,
	.in_size = sizeof(ROW),
	.out = look_out,
	.out_size = sizeof(ROW),
};
/* Has just ended, so that nobody forgets it as one that ended long ago. */
static const struct db_stmt make = {
	.name = "lease.make",
	.sql = "INSERT IGNORE INTO lease (name, owner, fence, expires_ms) "
	       "VALUES (?, '', FLOOR(UNIX_TIMESTAMP()), " NOW_MS ")",
	.in = key_in,
	.in_size = sizeof(ROW),
};
/* The WHERE contains the fence that was read: of two takers one wins. */
static const struct db_stmt take = {
	.name = "lease.take",
	.sql = "UPDATE lease SET owner = ?, fence = fence + 1, "
	       "expires_ms = " NOW_MS " + ? "
	       "WHERE name = ? AND fence = ? AND expires_ms <= " NOW_MS,
	.in = take_in,
	.in_size = sizeof(ROW),
};
static const struct db_stmt renew = {
	.name = "lease.renew",
	.sql = "UPDATE lease SET expires_ms = " NOW_MS " + ? "
	       "WHERE name = ? AND owner = ? AND fence = ?",
	.in = renew_in,
	.in_size = sizeof(ROW),
};
static const struct db_stmt hold = {
	.name = "lease.hold",
	.sql = "SELECT fence FROM lease "
	       "WHERE name = ? AND owner = ? AND fence = ? "
	       "LOCK IN SHARE MODE",
	.in = held_in,
	.in_size = sizeof(ROW),
	.out = fence_out,
	.out_size = sizeof(ROW),
};
static const struct db_stmt release = {
	.name = "lease.release",
	.sql = "UPDATE lease SET expires_ms = " NOW_MS " "
	       "WHERE name = ? AND owner = ? AND fence = ?",
	.in = held_in,
	.in_size = sizeof(ROW),
};

int lease_sql_look(struct db *db, struct arena *a, struct str name,
    struct lease_row *out, struct error *err)
{
	struct lease_row in = { .name = name };

	return db_row(db, &look, &in, a, out, err);
}

int lease_sql_make(struct db *db, const struct lease_row *row,
    struct error *err)
{
	return db_exec(db, &make, row, NULL, err);
}

int lease_sql_take(struct db *db, const struct lease_row *row,
    int64_t *matched_out, struct error *err)
{
	return db_exec(db, &take, row, matched_out, err);
}

int lease_sql_renew(struct db *db, const struct lease_row *row,
    int64_t *matched_out, struct error *err)
{
	return db_exec(db, &renew, row, matched_out, err);
}

int lease_sql_hold(struct db *db, struct arena *a, const struct lease_row *row,
    struct error *err)
{
	struct lease_row out;

	return db_row(db, &hold, row, a, &out, err);
}

int lease_sql_release(struct db *db, const struct lease_row *row,
    struct error *err)
{
	return db_exec(db, &release, row, NULL, err);
}

static const struct db_stmt forget = {
	.name = "lease.forget",
	.sql = "DELETE FROM lease WHERE expires_ms < ? LIMIT 1000",
	.in = db_in_id,
	.in_size = sizeof(struct db_id),
};

int lease_sql_forget(struct db *db, int64_t before_ms, int64_t *n_out,
    struct error *err)
{
	struct db_id in = { before_ms };

	return db_exec(db, &forget, &in, n_out, err);
}

const struct db_stmt *const lease_aged_statements[] = { &forget, NULL };
const struct db_stmt *const lease_statements[] = { &look, &make, &take, &renew,
	&hold, &release, NULL };
