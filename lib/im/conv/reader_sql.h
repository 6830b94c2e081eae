/* reader_sql: the statement of im/conv/reader. */
#ifndef IM_READER_SQL_H
#define IM_READER_SQL_H

#include "im/conv/conv.h"
#include "im/conv/member.h"
#include "im/conv/reader.h"
#include "im/user/personal.h"

/* Only what decides about reading is filled. */
struct reader_row {
	struct conv conv;
	struct member member;
	struct personal personal;
};
/* 1 found, 0 none. */
int reader_sql_get(struct db *db, struct arena *a, int64_t conv_id,
    int64_t user_id, struct reader_row *out, struct error *err);

#endif
