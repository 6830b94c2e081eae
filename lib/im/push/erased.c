#include "im/push/erased.h"

#include "im/push/erased_sql.h"

int push_erase(struct db *db, int64_t user_id, int64_t *n_out,
    struct error *err)
{
	return push_erased_sql_drop(db, user_id, n_out, err);
}
