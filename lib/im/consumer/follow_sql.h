/* follow_sql: the statements of im/consumer/follow. */
#ifndef IM_FOLLOW_SQL_H
#define IM_FOLLOW_SQL_H

#include "im/consumer/follow.h"

struct follow_place {
	int64_t msg_id, conv_id, conv_index;
};

/* Ids above `after`, ascending. */
int follow_sql_ids(struct db *db, struct arena *a, int64_t after, int64_t limit,
    struct follow_place **out, size_t *n_out, struct error *err);
int follow_sql_logs(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct follow_log **out, size_t *n_out, struct error *err);

struct follow_part {
	enum consumer consumer;
	int64_t part, after;
};
int follow_sql_dirty(struct db *db, struct arena *a,
    const struct follow_part *at, int64_t limit, struct follow_log **out,
    size_t *n_out, struct error *err);
/* Forgets the mark, unless it has been moved beyond head. */
int follow_sql_clean(struct db *db, enum consumer consumer,
    const struct follow_log *row, struct error *err);

int follow_sql_cursors(struct db *db, struct arena *a, enum consumer consumer,
    const int64_t *conv_ids, size_t n, struct follow_cursor **out,
    size_t *n_out, struct error *err);
/* 1, or 0: it is not as it was. */
int follow_sql_move(struct db *db, const struct follow_cursor *was,
    const struct follow_cursor *now, struct error *err);
int follow_sql_insert(struct db *db, const struct follow_cursor *row,
    struct error *err);

#endif
