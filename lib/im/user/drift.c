#include "im/user/drift.h"

#include "im/user/drift_sql.h"

int drift_settings(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err)
{
	return drift_sql_settings(db, a, users, out, n_out, err);
}

int drift_badge(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err)
{
	return drift_sql_badge(db, a, users, out, n_out, err);
}

int drift_badge_chat(struct db *db, struct arena *a, struct str users,
    struct drift **out, size_t *n_out, struct error *err)
{
	return drift_sql_badge_chat(db, a, users, out, n_out, err);
}

int drift_mend_settings(struct db *db, int64_t user_id, int64_t conv_id,
    int64_t *matched_out, struct error *err)
{
	return drift_sql_copy(db, user_id, conv_id, matched_out, err);
}

int drift_mend_badge(struct db *db, int64_t user_id, int64_t *matched_out,
    struct error *err)
{
	return drift_sql_recount(db, user_id, matched_out, err);
}
