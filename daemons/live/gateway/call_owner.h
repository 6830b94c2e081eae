/*
 * call_owner: the waiting calls of each connection, to find them when it ends.
 *
 * struct owned is embedded in the caller's object.
 */
#ifndef LIVE_CALL_OWNER_H
#define LIVE_CALL_OWNER_H

#include <stdint.h>

struct owned {
	struct owned *prev, *next;
	uint64_t conn_id; /* 0: not owned */
};

void call_owner_add(struct owned *o, uint64_t conn_id);
/* Does nothing if it is not owned. */
void call_owner_remove(struct owned *o);
/* One of those of the connection; NULL: none. */
struct owned *call_owner_first(uint64_t conn_id);

#endif
