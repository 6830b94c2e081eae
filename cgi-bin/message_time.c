#include "message_time.h"

#define AHEAD_MIN_MS (5 * INT64_C(1000))
#define AHEAD_MAX_MS (366 * INT64_C(86400) * 1000)

int message_check_ahead(struct db *db, const char *field, int64_t at_ms,
    struct error *err)
{
	int64_t now_ms;

	if (db_now_ms(db, &now_ms, err) < 0)
		return -1;
	if (at_ms >= now_ms + AHEAD_MIN_MS && at_ms <= now_ms + AHEAD_MAX_MS)
		return 0;
	return err_field(err, ERR_INVALID_ARGUMENT, field,
	    "5 seconds to 366 days ahead");
}
