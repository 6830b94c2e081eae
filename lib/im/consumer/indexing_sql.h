/* indexing_sql: the statements of im/consumer/indexing. */
#ifndef IM_INDEXING_SQL_H
#define IM_INDEXING_SQL_H

#include "im/consumer/indexing.h"

/* Ids above `after`, ascending. */
int indexing_sql_ids(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct entry_place **out, size_t *n_out, struct error *err);
/* Archived ones. */
int indexing_sql_old_ids(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct entry_place **out, size_t *n_out, struct error *err);
/* Logs above `after`, with their ends, ascending. */
int indexing_sql_logs(struct db *db, struct arena *a, int64_t after,
    int64_t limit, struct indexing_hint **out, size_t *n_out,
    struct error *err);
int indexing_sql_dirty(struct db *db, struct arena *a, int64_t part,
    int64_t after, int64_t limit, struct indexing_hint **out, size_t *n_out,
    struct error *err);
/* Forgets the mark, unless it has been moved beyond head. */
int indexing_sql_clean(struct db *db, const struct indexing_hint *rows,
    size_t n, struct error *err);

/* Of one log, from first to last: what indexing needs of the entries, without
 * their bodies, which come apart: joined they cost twice as much. */
int indexing_sql_entries(struct db *db, struct arena *a, struct entry_ref first,
    int64_t last, struct entry **out, size_t *n_out, struct error *err);

struct indexing_body {
	int64_t conv_index;
	struct str content;
};
int indexing_sql_bodies(struct db *db, struct arena *a, struct entry_ref first,
    int64_t last, struct indexing_body **out, size_t *n_out, struct error *err);

#endif
