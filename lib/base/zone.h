/* zone: time zones by their names in the IANA database, as ICU has it. */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>

#include "base/str.h"

#define ZONE_NAME_MAX 64

/* A name of the database, such as "Europe/Berlin"; case matters. */
bool zone_is_known(struct str name);

#endif
