#include "im/conv/append_sql.h"

static const struct db_field prior_out[] = {
	DB_I64(struct append_prior, conv_id),
	DB_I64(struct append_prior, sender_id),
	DB_I64(struct append_prior, msg_id),
	DB_STR(struct append_prior, client_msg_id),
	DB_STR(struct append_prior, fingerprint),
	DB_I64(struct append_prior, conv_index),
	DB_I64(struct append_prior, ordinal),
	DB_I64(struct append_prior, sent_ms),
	DB_END,
};

#define PRIOR_COLUMNS                                         \
	"e.conv_id, e.sender_id, e.msg_id, e.client_msg_id, " \
	"e.fingerprint, e.conv_index, e.ordinal, e.sent_ms "

static const struct db_stmt priors = {
	.name = "append.priors",
	.sql = "SELECT " PRIOR_COLUMNS
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "s BIGINT PATH '$[1]', k VARCHAR(64) CHARACTER SET ascii "
	       "COLLATE ascii_bin PATH '$[2]')) j "
	       "STRAIGHT_JOIN entry e FORCE INDEX (entry_client) "
	       "ON e.conv_id = j.c AND e.sender_id = j.s "
	       "AND e.client_msg_id = j.k",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = prior_out,
	.out_size = sizeof(struct append_prior),
};

static const struct db_stmt written = {
	.name = "append.written",
	.sql = "SELECT " PRIOR_COLUMNS
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT PATH '$')) j "
	       "STRAIGHT_JOIN entry e ON e.msg_id = j.id",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = prior_out,
	.out_size = sizeof(struct append_prior),
};

int append_sql_priors(struct db *db, struct arena *a, struct str list,
    struct append_prior **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &priors, &in, a, out, n_out, err);
}

int append_sql_written(struct db *db, struct arena *a, struct str ids,
    struct append_prior **out, size_t *n_out, struct error *err)
{
	struct db_text in = { ids };

	return db_rows(db, &written, &in, a, out, n_out, err);
}

static const struct db_field own_in[] = {
	DB_I64(struct append_own, count),
	DB_I64(struct append_own, conv_id),
	DB_I64(struct append_own, user_id),
	DB_END,
};

static const struct db_stmt own_many = DB_MANY("append.own_many",
    "UPDATE JSON_TABLE(?, '$[*]' COLUMNS(n BIGINT PATH '$[0]', "
    "c BIGINT PATH '$[1]', u BIGINT PATH '$[2]')) j "
    "STRAIGHT_JOIN member m ON m.conv_id = j.c AND m.user_id = j.u "
    "SET m.own_count = m.own_count + j.n");

static const struct db_stmt own = {
	.name = "append.own",
	.sql = "UPDATE member SET own_count = own_count + ? "
	       "WHERE conv_id = ? AND user_id = ?",
	.in = own_in,
	.in_size = sizeof(struct append_own),
	.many = &own_many,
};

int append_sql_own(struct db *db, const struct append_own *rows, size_t n,
    struct error *err)
{
	int64_t matched;

	if (db_exec_bulk(db, &own, rows, n, sizeof(*rows), &matched, err) < 0)
		return -1;
	if (matched != (int64_t)n)
		return err_set(err, ERR_INTERNAL, "a member row went away");
	return 0;
}

const struct db_stmt *const append_statements[] = { &priors, &written, &own,
	NULL };
