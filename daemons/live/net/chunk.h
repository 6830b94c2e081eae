/*
 * chunk: reference-counted bytes that several connections send.  Filled once,
 * then constant; freed with the last reference.  One thread.
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

/* Allocates len bytes for the caller to fill; the caller owns the reference. */
struct chunk *chunk_new(size_t len);
/* A copy of a followed by b. */
struct chunk *chunk_join(struct str a, struct str b);
struct chunk *chunk_ref(struct chunk *c);
void chunk_unref(struct chunk **c);
/* What all chunks hold. */
size_t chunk_bytes(void);

#endif
