#include "im/conv/direct.h"

#include "im/conv/direct_sql.h"

int direct_find(struct db *db, struct arena *a, int64_t user_a, int64_t user_b,
    int64_t *conv_id_out, struct error *err)
{
	return direct_sql_find(db, a, user_a < user_b ? user_a : user_b,
	    user_a < user_b ? user_b : user_a, conv_id_out, err);
}

int direct_insert(struct db *db, int64_t user_a, int64_t user_b,
    int64_t conv_id, struct error *err)
{
	return direct_sql_insert(db, user_a < user_b ? user_a : user_b,
	    user_a < user_b ? user_b : user_a, conv_id, err);
}
