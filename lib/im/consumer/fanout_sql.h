/* fanout_sql: the statements of im/consumer/fanout. */
#ifndef IM_FANOUT_SQL_H
#define IM_FANOUT_SQL_H

#include "im/consumer/fanout.h"

struct fanout_dirty {
	int64_t part, conv_id, head, since_ms, turns;
};

int fanout_sql_ready(struct db *db, uint64_t *parts_out, struct error *err);
/* In ascending conv_id, above after. */
int fanout_sql_dirty(struct db *db, struct arena *a, int64_t part,
    int64_t after, int64_t limit, struct fanout_dirty **out, size_t *n_out,
    struct error *err);
/* Of n conversations, conv_id and changed_index, ascending. */
struct fanout_changed {
	int64_t conv_id, changed_index;
};
int fanout_sql_changed(struct db *db, struct arena *a, struct str conv_ids,
    struct fanout_changed **out, size_t *n_out, struct error *err);
/* Cursor and facts; missing conversations are left out. */
int fanout_sql_facts(struct db *db, struct arena *a, struct str conv_ids,
    struct fanout_conv **out, size_t *n_out, struct error *err);
/* The intervals that overlap [conv_id, lo, to] of a list of triples. */
int fanout_sql_members(struct db *db, struct arena *a, struct str triples,
    struct fanout_member **out, size_t *n_out, struct error *err);
/* The same for one conversation, above a user; at most limit present and limit
 * past ones, each in ascending user_id.  role 0: a past one. */
int fanout_sql_chunk(struct db *db, struct arena *a,
    const struct fanout_conv *c, int64_t limit, struct fanout_member **out,
    size_t *n_out, struct error *err);

/* Like fanout_sql_chunk(), only those who join or leave in lo..to.  Reads all
 * member rows of the conversation, if an entry is of that kind. */
int fanout_sql_edges(struct db *db, struct arena *a,
    const struct fanout_conv *c, int64_t limit, struct fanout_member **out,
    size_t *n_out, struct error *err);
/* The intervals of some users that meet lo..to. */
int fanout_sql_named(struct db *db, struct arena *a,
    const struct fanout_conv *c, struct str user_ids,
    struct fanout_member **out, size_t *n_out, struct error *err);

#endif
