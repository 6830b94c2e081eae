#include "im/user/contact_sql.h"

static const struct db_field contact_fields[] = {
	DB_I64(struct contact, user_id),
	DB_I64(struct contact, other_id),
	DB_I64(struct contact, state),
	DB_STR(struct contact, message),
	DB_STR(struct contact, remark),
	DB_I64(struct contact, created_ms),
	DB_I64(struct contact, changed_ms),
	DB_END,
};

#define COLUMNS                                                 \
	"c.user_id, c.other_id, c.state, c.message, c.remark, " \
	"c.created_ms, c.changed_ms FROM contact c "

static const struct db_field key_in[] = {
	DB_I64(struct contact, user_id),
	DB_I64(struct contact, other_id),
	DB_END,
};

static const struct db_stmt get = {
	.name = "contact.get",
	.sql = "SELECT " COLUMNS "WHERE c.user_id = ? AND c.other_id = ?",
	.in = key_in,
	.in_size = sizeof(struct contact),
	.out = contact_fields,
	.out_size = sizeof(struct contact),
};

int contact_sql_get(struct db *db, struct arena *a, int64_t user_id,
    int64_t other_id, struct contact *out, struct error *err)
{
	struct contact in = { .user_id = user_id, .other_id = other_id };

	return db_row(db, &get, &in, a, out, err);
}

static const struct db_stmt put = {
	.name = "contact.put",
	.sql = "INSERT INTO contact (user_id, other_id, state, message, "
	       "remark, created_ms, changed_ms) VALUES (?, ?, ?, ?, ?, ?, ?) "
	       "ON DUPLICATE KEY UPDATE state = VALUES(state), "
	       "message = VALUES(message), remark = VALUES(remark), "
	       "changed_ms = VALUES(changed_ms)",
	.in = contact_fields,
	.in_size = sizeof(struct contact),
};

int contact_sql_put(struct db *db, const struct contact *c, struct error *err)
{
	return db_exec(db, &put, c, NULL, err);
}

static const struct db_stmt drop = {
	.name = "contact.delete",
	.sql = "DELETE FROM contact WHERE user_id = ? AND other_id = ?",
	.in = key_in,
	.in_size = sizeof(struct contact),
};

int contact_sql_delete(struct db *db, const struct contact *c,
    struct error *err)
{
	return db_exec(db, &drop, c, NULL, err);
}

struct of {
	struct str users;
	int64_t other_id, state;
};

static const struct db_field of_in[] = {
	DB_STR(struct of, users),
	DB_I64(struct of, other_id),
	DB_I64(struct of, state),
	DB_END,
};

static const struct db_stmt of = {
	.name = "contact.of",
	.sql = "SELECT c.user_id "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN contact c ON c.user_id = j.id "
	       "AND c.other_id = ? AND c.state = ?",
	.in = of_in,
	.in_size = sizeof(struct of),
	.out = db_in_id,
	.out_size = sizeof(struct db_id),
};

int contact_sql_of(struct db *db, struct arena *a, struct str users,
    int64_t other_id, struct db_id **out, size_t *n_out, struct error *err)
{
	struct of in = { users, other_id, CONTACT_ACCEPTED };

	return db_rows(db, &of, &in, a, out, n_out, err);
}

struct count {
	int64_t user_id, n;
};

static const struct db_field count_in[] = { DB_I64(struct count, user_id),
	DB_END };
static const struct db_field count_out[] = { DB_I64(struct count, n), DB_END };

static const struct db_stmt count = {
	.name = "contact.count",
	.sql = "SELECT COUNT(*) FROM contact WHERE user_id = ?",
	.in = count_in,
	.in_size = sizeof(struct count),
	.out = count_out,
	.out_size = sizeof(struct count),
};

int contact_sql_count(struct db *db, struct arena *a, int64_t user_id,
    int64_t *n_out, struct error *err)
{
	struct count row = { user_id, 0 };

	if (db_row(db, &count, &row, a, &row, err) < 0)
		return -1;
	*n_out = row.n;
	return 0;
}

struct page {
	int64_t user_id, after_id, state, any, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, user_id),
	DB_I64(struct page, after_id),
	DB_I64(struct page, state),
	DB_I64(struct page, any),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt list = {
	.name = "contact.list",
	.sql = "SELECT " COLUMNS "WHERE c.user_id = ? AND c.other_id > ? "
	       "AND (c.state = ? OR ? = 1) ORDER BY c.other_id LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = contact_fields,
	.out_size = sizeof(struct contact),
};

int contact_sql_list(struct db *db, struct arena *a, int64_t user_id,
    int64_t state, int64_t after_id, int64_t limit, struct contact **out,
    size_t *n_out, struct error *err)
{
	struct page in = { user_id, after_id, state, state == 0, limit };

	return db_rows(db, &list, &in, a, out, n_out, err);
}

const struct db_stmt *const contact_statements[] = { &get, &put, &drop, &count,
	&list, &of, NULL };
const struct db_stmt *const contact_reader_statements[] = { &of, NULL };
