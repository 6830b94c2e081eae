#include "im/conv/remains.h"

#include "im/conv/remains_sql.h"

int remains_drop(struct db *db, const struct entry *e, struct error *err)
{
	if (remains_sql_keep_body(db, e, err) < 0 ||
	    (e->edited_ms && remains_sql_keep_versions(db, e, err) < 0))
		return -1;
	if (e->edited_ms && remains_sql_drop_versions(db, e, err) < 0)
		return -1;
	if (e->flags & ENTRY_REACTIONS &&
	    remains_sql_drop_reactions(db, e, err) < 0)
		return -1;
	return remains_sql_drop_pin(db, e, err);
}
