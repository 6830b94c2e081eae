/* Bus frames: decoded parts are within the input and encode back to it. */
#include <stdlib.h>

#include "io/bus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bus_frame f;
	struct arena a;
	struct buf b;
	int64_t len;

	arena_init(&a);
	buf_init(&b);
	len = bus_decode(&a, (const char *)data, size, &f);
	if (len > (int64_t)size)
		abort();
	if (len > 0) {
		bus_encode(&b, &f);
		if ((int64_t)b.len != len)
			abort();
	}
	buf_release(&b);
	arena_release(&a);
	return 0;
}
