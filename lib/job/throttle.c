#include "job/throttle.h"

#include "base/clock.h"
#include "job/lease.h"

#define SLICE_MS 100

int job_throttle(struct job *j, struct job_throttle *t, int64_t n,
    struct error *err)
{
	int64_t now = clock_mono_ms(), left;

	if (t->per_s == 0)
		return 0;
	/* What was not used is not saved up. */
	if (t->until_ms < now)
		t->until_ms = now;
	t->until_ms += n * 1000 / t->per_s;
	while (
	    (left = t->until_ms - clock_mono_ms()) > 0 && !job_should_stop(j)) {
		clock_sleep_ms(left < SLICE_MS ? left : SLICE_MS);
		if (!j->dry_run && lease_renew(j->lease, j->db, err) < 0)
			return -1;
	}
	return 0;
}
