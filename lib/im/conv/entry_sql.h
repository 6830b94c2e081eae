/* entry_sql: the statements of im/entry. */
#ifndef IM_ENTRY_SQL_H
#define IM_ENTRY_SQL_H

#include "im/conv/entry.h"

/* places: db_pairs() of (conv_id, conv_index); rows in that order. */
int entry_sql_at(struct db *db, struct arena *a, struct str places,
    struct entry **out, size_t *n_out, struct error *err);
int entry_sql_range(struct db *db, struct arena *a, int64_t conv_id, int64_t lo,
    int64_t hi, struct entry **out, size_t *n_out, struct error *err);
struct entry_ids {
	int64_t v[ENTRY_IDS_MAX]; /* 0: none */
};
int entry_sql_places(struct db *db, struct arena *a, const struct entry_ids *in,
    struct entry_place **out, size_t *n_out, struct error *err);
/* ids: db_list() */
int entry_sql_origins(struct db *db, struct arena *a, struct str ids,
    struct entry_origin **out, size_t *n_out, struct error *err);
int entry_sql_newest_shown(struct db *db, struct arena *a, struct str places,
    struct entry_ref **out, size_t *n_out, struct error *err);
int entry_sql_by_msg(struct db *db, struct arena *a, int64_t msg_id,
    struct entry *out, struct error *err);
int entry_sql_newest_seen(struct db *db, struct arena *a, int64_t user_id,
    struct str places, struct entry_ref **out, size_t *n_out,
    struct error *err);

#endif
