#include "im/conv/append_sql.h"

#include "im/site/own_ordinal.h"

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

#define CLIENT_KEYS                                                \
	"JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "      \
	"s BIGINT PATH '$[1]', k VARCHAR(64) CHARACTER SET ascii " \
	"COLLATE ascii_nopad_bin PATH '$[2]')) j "

#define PRIOR_COLUMNS                                         \
	"e.conv_id, e.sender_id, e.msg_id, e.client_msg_id, " \
	"e.fingerprint, e.conv_index, e.ordinal, e.sent_ms "

static const struct db_stmt priors = {
	.name = "append.priors",
	.sql = "SELECT " PRIOR_COLUMNS "FROM " CLIENT_KEYS
	       "STRAIGHT_JOIN entry e FORCE INDEX (entry_client) "
	       "ON e.conv_id = j.c AND e.sender_id = j.s "
	       "AND e.client_msg_id = j.k",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = prior_out,
	.out_size = sizeof(struct append_prior),
};

static const struct db_stmt scheduled = {
	.name = "append.scheduled",
	.sql = "SELECT s.conv_id, s.user_id, s.msg_id, s.client_msg_id, "
	       "s.fingerprint, 0, 0, 0 FROM " CLIENT_KEYS
	       "STRAIGHT_JOIN scheduled s FORCE INDEX (scheduled_client) "
	       "ON s.conv_id = j.c AND s.user_id = j.s "
	       "AND s.client_msg_id = j.k",
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

int append_sql_scheduled(struct db *db, struct arena *a, struct str list,
    struct append_prior **out, size_t *n_out, struct error *err)
{
	struct db_text in = { list };

	return db_rows(db, &scheduled, &in, a, out, n_out, err);
}

int append_sql_written(struct db *db, struct arena *a, struct str ids,
    struct append_prior **out, size_t *n_out, struct error *err)
{
	struct db_text in = { ids };

	return db_rows(db, &written, &in, a, out, n_out, err);
}

static const struct db_field own_out[] = {
	DB_I64(struct append_ordinal, conv_id),
	DB_I64(struct append_ordinal, sender_id),
	DB_I64(struct append_ordinal, own_ordinal),
	DB_END,
};

#define OWN_AT_END LOG_OWN_ORDINAL("j.c", "j.u", "9223372036854775807")

static const struct db_stmt own = {
	.name = "append.own",
	.sql = "SELECT j.c, j.u, " OWN_AT_END " "
	       "FROM JSON_TABLE(?, '$[*]' COLUMNS(c BIGINT PATH '$[0]', "
	       "u BIGINT PATH '$[1]')) j ",
	.in = db_in_text,
	.in_size = sizeof(struct db_text),
	.out = own_out,
	.out_size = sizeof(struct append_ordinal),
};

int append_sql_own(struct db *db, struct arena *a, struct str pairs,
    struct append_ordinal **out, size_t *n_out, struct error *err)
{
	struct db_text in = { pairs };

	return db_rows(db, &own, &in, a, out, n_out, err);
}

struct last_sent {
	int64_t conv_id, sender_id, sent_ms;
};

static const struct db_field last_sent_in[] = {
	DB_I64(struct last_sent, conv_id),
	DB_I64(struct last_sent, sender_id),
	DB_END,
};

static const struct db_field last_sent_out[] = {
	DB_I64(struct last_sent, sent_ms),
	DB_END,
};

static const struct db_stmt last_sent = {
	.name = "append.last_sent",
	.sql = "SELECT e.sent_ms FROM entry e FORCE INDEX (entry_sender) "
	       "WHERE e.conv_id = ? AND e.sender_id = ? AND e.kind = 1 "
	       "ORDER BY e.conv_index DESC LIMIT 1",
	.in = last_sent_in,
	.in_size = sizeof(struct last_sent),
	.out = last_sent_out,
	.out_size = sizeof(struct last_sent),
};

int append_sql_last_sent(struct db *db, struct arena *a, int64_t conv_id,
    int64_t sender_id, int64_t *ms_out, struct error *err)
{
	struct last_sent row = { conv_id, sender_id, 0 };

	if (db_row(db, &last_sent, &row, a, &row, err) < 0)
		return -1;
	*ms_out = row.sent_ms;
	return 0;
}

const struct db_stmt *const append_statements[] = { &priors, &scheduled,
	&written, &own, &last_sent, NULL };
