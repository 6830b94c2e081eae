/*
 * origin: what the configuration says about providers ([push]).
 */
#ifndef PUSH_ORIGIN_H
#define PUSH_ORIGIN_H

#include "push/provider.h"

struct push_limits {
	const char *ca_file; /* NULL: the system's */
	int connections;     /* of a credential */
	int streams;         /* of a credential, under way */
	int timeout_ms;      /* of a request */
};

/* Both live as long as the process. */
struct push_base push_origin(enum push_provider_id id);
struct push_limits push_limits(void);

#endif
