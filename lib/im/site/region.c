#include "im/site/region.h"

int64_t region_id = 1;

const struct conf_key region_conf[] = {
	{ "region", "id", CONF_INT, "1", "", 1, 1000,
	    "Number of this region; every region of a system has its own.",
	    &region_id },
	CONF_END,
};
