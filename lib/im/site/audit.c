#include "im/site/audit.h"

#include "base/clock.h"
#include "im/site/audit_sql.h"
#include "im/site/node.h"

int audit_add(struct db *db, struct audit *row, struct error *err)
{
	if (node_next_id(db, &row->audit_id, err) < 0)
		return -1;
	row->at_ms = clock_now_ms();
	if (!row->detail.p)
		row->detail = STR("");
	return audit_sql_insert(db, row, err);
}
