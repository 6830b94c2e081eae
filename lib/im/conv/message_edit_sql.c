#include "im/conv/message_edit_sql.h"

static const struct db_field prior_in[] = {
	DB_I64(struct edit_prior, conv_id),
	DB_I64(struct edit_prior, sender_id),
	DB_STR(struct edit_prior, client_msg_id),
	DB_END,
};

static const struct db_field prior_out[] = {
	DB_I64(struct edit_prior, kind),
	DB_I64(struct edit_prior, target_index),
	DB_STR(struct edit_prior, fingerprint),
	DB_END,
};

static const struct db_stmt prior = {
	.name = "message_edit.prior",
	.sql = "SELECT kind, target_index, fingerprint FROM entry "
	       "WHERE conv_id = ? AND sender_id = ? AND client_msg_id = ?",
	.in = prior_in,
	.in_size = sizeof(struct edit_prior),
	.out = prior_out,
	.out_size = sizeof(struct edit_prior),
};

int message_edit_sql_prior(struct db *db, struct arena *a,
    struct edit_prior *io, struct error *err)
{
	return db_row(db, &prior, io, a, io, err);
}

static const struct db_field keep_in[] = {
	DB_I64(struct entry_version, conv_id),
	DB_I64(struct entry_version, conv_index),
	DB_I64(struct entry_version, version),
	DB_I64(struct entry_version, at_ms),
	DB_STR(struct entry_version, content),
	DB_END,
};

static const struct db_stmt keep = {
	.name = "message_edit.keep",
	.sql = "INSERT INTO entry_version (conv_id, conv_index, version, "
	       "at_ms, content) VALUES (?, ?, ?, ?, ?)",
	.in = keep_in,
	.in_size = sizeof(struct entry_version),
};

int message_edit_sql_keep(struct db *db, const struct entry_version *v,
    struct error *err)
{
	return db_exec(db, &keep, v, NULL, err);
}

struct page {
	int64_t conv_id, conv_index, after, before, limit;
};

static const struct db_field page_in[] = {
	DB_I64(struct page, conv_id),
	DB_I64(struct page, conv_index),
	DB_I64(struct page, after),
	DB_I64(struct page, before),
	DB_I64(struct page, limit),
	DB_END,
};

static const struct db_stmt versions = {
	.name = "message_edit.versions",
	.sql = "SELECT conv_id, conv_index, version, at_ms, content "
	       "FROM entry_version WHERE conv_id = ? AND conv_index = ? "
	       "AND version > ? AND version < ? ORDER BY version LIMIT ?",
	.in = page_in,
	.in_size = sizeof(struct page),
	.out = keep_in,
	.out_size = sizeof(struct entry_version),
};

int message_edit_sql_versions(struct db *db, struct arena *a,
    const struct entry *e, int64_t after, int64_t limit,
    struct entry_version **out, size_t *n_out, struct error *err)
{
	struct page in = { e->conv_id, e->conv_index, after, e->version,
		limit };

	return db_rows(db, &versions, &in, a, out, n_out, err);
}

const struct db_stmt *const message_edit_statements[] = { &prior, &keep,
	&versions, NULL };
const struct db_stmt *const message_edit_list_statements[] = { &versions,
	NULL };
