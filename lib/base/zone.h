/* zone: time zones by their names in the IANA database, as ICU has it. */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define ZONE_NAME_MAX 64

/* A name of the database, such as "Europe/Berlin"; case matters. */
bool zone_is_known(struct str name);

/* What a clock on the wall shows. */
struct zone_time {
	int minute;  /* of the day */
	int weekday; /* 0: Monday */
};
/* False: there is no such zone. */
bool zone_time(struct str name, int64_t ms, struct zone_time *out);

#endif
