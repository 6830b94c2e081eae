/*
 * region: which region this installation is.  A region is a data centre
 * with its own MariaDB; each conversation and each user has one home region.
 */
#ifndef IM_REGION_H
#define IM_REGION_H

#include <stdint.h>

#include "base/conf.h"

extern const struct conf_key region_conf[];
extern int64_t region_id;

#endif
