#include "net/chunk.h"

#include <stdlib.h>

#include "base/err.h"

static size_t held;

size_t chunk_bytes(void)
{
	return held;
}

struct chunk *chunk_new(size_t len)
{
	struct chunk *c;

	BUG_ON(len > UINT32_MAX);
	c = malloc(sizeof(*c) + len);
	if (!c)
		die(EX_OSERR, "out of memory: %zu bytes", len);
	held += sizeof(*c) + len;
	c->refs = 1;
	c->len = (uint32_t)len;
	return c;
}

struct chunk *chunk_join(struct str a, struct str b)
{
	struct chunk *c = chunk_new(a.len + b.len);

	if (a.len)
		memcpy(c->p, a.p, a.len);
	if (b.len)
		memcpy(c->p + a.len, b.p, b.len);
	return c;
}

struct chunk *chunk_ref(struct chunk *c)
{
	c->refs++;
	return c;
}

void chunk_unref(struct chunk **c)
{
	if (*c && --(*c)->refs == 0) {
		held -= sizeof(**c) + (*c)->len;
		free(*c);
	}
	*c = NULL;
}
