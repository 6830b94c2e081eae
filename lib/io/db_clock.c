#include "io/db_clock.h"

#include "base/clock.h"

int64_t db_clock_ms(struct db *db)
{
	int64_t asked_ms = clock_boot_ms(), now_ms;
	struct error ignored;

	if (!clock_site_is_known() && db_now_ms(db, &now_ms, &ignored) == 0)
		clock_site_learn(now_ms, asked_ms);
	return clock_site_ms();
}
