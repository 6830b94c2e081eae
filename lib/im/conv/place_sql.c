#include "im/conv/place_sql.h"

#include "im/conv/conv_row.h"
#include "im/conv/entry_row.h"
#include "im/conv/member_row.h"

struct query {
	struct str refs;
	int64_t user_id;
};

static const struct db_field query_in[] = {
	DB_STR(struct query, refs),
	DB_I64(struct query, user_id),
	DB_I64(struct query, user_id),
	DB_END,
};

static const struct db_field place_out[] = {
	CONV_OUT(struct place, conv.),
	MEMBER_OUT(struct place, member.),
	ENTRY_OUT(struct place, entry.),
	DB_I64(struct place, peer_id),
	DB_END,
};

/*
 * One statement, because to read the list costs as much as to read the rows.
 * A direct conversation has at most one other member o.
 */
static const struct db_stmt load = {
	.name = "place.load",
	.sql = "SELECT " CONV_COLUMNS_AT(
	    "0") ", " MEMBER_COLUMNS ", " ENTRY_COLUMNS ", "
		 "o.user_id FROM JSON_TABLE(?, '$[*]' COLUMNS("
		 "c BIGINT PATH '$[0]', i BIGINT PATH '$[1]')) j "
		 "STRAIGHT_JOIN member m ON m.conv_id = j.c AND m.user_id = ? "
		 "STRAIGHT_JOIN conv_seq s ON s.conv_id = m.conv_id "
		 "STRAIGHT_JOIN conversation c ON c.conv_id = m.conv_id "
		 "LEFT JOIN member o ON c.kind = 1 AND o.conv_id = c.conv_id "
		 "AND o.user_id <> ? "
		 "LEFT JOIN entry e ON e.conv_id = c.conv_id "
		 "AND e.conv_index = j.i " BODY_JOIN,
	.in = query_in,
	.in_size = sizeof(struct query),
	.out = place_out,
	.out_size = sizeof(struct place),
};

int place_sql_load(struct db *db, struct arena *a, struct str refs,
    int64_t user_id, struct place **out, size_t *n_out, struct error *err)
{
	struct query in = { refs, user_id };

	return db_rows(db, &load, &in, a, out, n_out, err);
}

const struct db_stmt *const place_statements[] = { &load, NULL };
