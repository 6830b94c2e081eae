#include "im/site/app_log.h"

#include "im/site/app_log_sql.h"
#include "im/site/node.h"

int app_log_add(struct db *db, struct app_event *rows, size_t n,
    struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (node_next_id(db, &rows[i].seq, err) < 0)
			return -1;
	return app_log_sql_insert(db, rows, n, err);
}
