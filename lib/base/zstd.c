#include "base/zstd.h"

#include <zstd.h>

#include "base/err.h"

void zstd_pack(struct buf *out, struct str s, int level)
{
	size_t room = ZSTD_compressBound(s.len);
	size_t n = ZSTD_compress(buf_reserve(out, room), room, s.p, s.len,
	    level);

	BUG_ON(ZSTD_isError(n));
	buf_added(out, n);
}

bool zstd_unpack(struct arena *a, struct str frame, size_t len, struct str *out)
{
	char *p = arena_alloc(a, len);

	*out = (struct str){ p, len };
	return ZSTD_decompress(p, len, frame.p, frame.len) == len;
}
