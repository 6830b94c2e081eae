/* reaction_sql: the statements of im/conv/reaction. */
#ifndef IM_REACTION_SQL_H
#define IM_REACTION_SQL_H

#include "im/conv/reaction.h"

int reaction_sql_kinds(struct db *db, struct arena *a, const struct entry *e,
    struct reaction_kind **out, size_t *n_out, struct error *err);
int reaction_sql_list(struct db *db, struct arena *a, const struct entry *e,
    const struct reaction *after, int64_t limit, struct reaction **out,
    size_t *n_out, struct error *err);
int reaction_sql_list_of(struct db *db, struct arena *a, const struct entry *e,
    struct str emoji, int64_t after_user_id, int64_t limit,
    struct reaction **out, size_t *n_out, struct error *err);
/* places: db_pairs() of (conv_id, conv_index) */
int reaction_sql_counts(struct db *db, struct arena *a, int64_t user_id,
    struct str places, struct reaction_count **out, size_t *n_out,
    struct error *err);
int reaction_sql_users(struct db *db, struct arena *a,
    const struct entry_ref *ref, struct str users, struct reaction **out,
    size_t *n_out, struct error *err);

#endif
