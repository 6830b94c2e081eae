#include "net/out_limit.h"

#include <inttypes.h>

#include "base/conf.h"
#include "base/log.h"
#include "base/stat.h"
#include "net/out.h"

static struct conn *largest;
static size_t n_cut; /* closed to make room, and not yet freed */

bool out_limit_has_room(void)
{
	return out_held() <= (size_t)conf.live.output_all_max;
}

void out_limit_released(const struct conn *c)
{
	n_cut -= c->cut;
}

static void compare(struct conn *c)
{
	if (!c->cut && (!largest || c->out_bytes > largest->out_bytes))
		largest = c;
}

static void cut(struct conn *c)
{
	log_info("cut", "conn=%" PRIu64 " bytes=%" PRIu32, c->id, c->out_bytes);
	stat_add(STAT_LIVE_OUTPUT_CUT, 1);
	c->cut = true;
	n_cut++;
	conn_close(c, "output_all_max");
}

/*
 * Closes those that hold most, until what remains fits.  They are freed later:
 * until then nobody else goes.
 */
static void make_room(void)
{
	int64_t over = (int64_t)out_held() - conf.live.output_all_max;

	if (n_cut)
		return;
	while (over > 0) {
		largest = NULL;
		conn_each(compare);
		if (!largest || !largest->out_bytes)
			return;
		over -= largest->out_bytes;
		cut(largest);
	}
}

void out_limit_keep(void)
{
	static size_t told;

	if (!out_limit_has_room())
		make_room();
	if (told != out_held()) {
		told = out_held();
		stat_set(STAT_LIVE_OUTPUT_BYTES, (int64_t)told);
	}
}
