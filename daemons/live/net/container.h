/* container: from a pointer to a member to the struct that contains it. */
#ifndef LIVE_CONTAINER_H
#define LIVE_CONTAINER_H

#include <stddef.h>

#define CONTAINER_OF(p, type, member) \
	((type *)(void *)((char *)(p)-offsetof(type, member)))

#endif
