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

int health_search_lag(struct db *db, struct arena *a, int64_t *lag_ms_out,
    struct error *err)
{
	struct health_search s;
	int64_t seen_ms, away_ms;

	if (health_sql_search(db, a, &s, err) < 0)
		return -1;
	seen_ms = s.lease_ms > s.ended_ms ? s.lease_ms : s.ended_ms;
	away_ms = db_clock_ms(db) - seen_ms;
	*lag_ms_out = !seen_ms ? -1 : away_ms > s.lag_ms ? away_ms : s.lag_ms;
	return 0;
}
