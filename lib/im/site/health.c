#include "im/site/health.h"

#include "im/site/health_sql.h"
#include "io/db_clock.h"

int health_fanout_lag(struct db *db, struct arena *a, int64_t *lag_ms_out,
    struct error *err)
{
	int64_t since_ms, now_ms;

	if (health_sql_fanout_since(db, a, &since_ms, err) < 0)
		return -1;
	now_ms = db_clock_ms(db);
	*lag_ms_out = since_ms && since_ms < now_ms ? now_ms - since_ms : 0;
	return 0;
}
