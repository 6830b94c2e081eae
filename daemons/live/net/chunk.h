/*
 * chunk: bytes that several connections send.  Written once, then constant;
 * lives until the last reference is dropped.  One thread.
 */
#ifndef LIVE_CHUNK_H
#define LIVE_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct chunk {
	uint32_t refs;
	uint32_t len;
	char p[];
};

/* One reference, the caller's; room for len bytes, which it fills. */
struct chunk *chunk_new(size_t len);
/* A copy of a followed by b. */
struct chunk *chunk_join(struct str a, struct str b);
struct chunk *chunk_ref(struct chunk *c);
void chunk_unref(struct chunk **c);

#endif
