#include "im/conv/archive_blob.h"

#include "base/crypto.h"
#include "base/zstd.h"

/* A piece is made of a MiB at most, or of one entry; edits may add to it. */
#define RAW_MAX (64 * 1024 * 1024)

static bool has_range(const struct archive_row *row,
    const struct segment_entry *list, size_t n)
{
	if (row->to_index - row->from_index + 1 != (int64_t)n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (list[i].e.conv_id != row->conv_id ||
		    list[i].e.conv_index != row->from_index + (int64_t)i)
			return false;
	return true;
}

bool archive_blob_open(struct arena *a, const struct archive_row *row,
    struct segment_entry **out)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct str raw;
	size_t n;

	crypto_sha256(hash, row->content);
	return str_eq(row->checksum,
		   (struct str){ (const char *)hash, sizeof(hash) }) &&
	       row->raw_bytes >= 0 && row->raw_bytes <= RAW_MAX &&
	       zstd_unpack(a, row->content, (size_t)row->raw_bytes, &raw) &&
	       segment_unpack(a, raw, out, &n) && has_range(row, *out, n);
}

static bool is_same(struct segment_entry *x, struct segment_entry *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!segment_is_same(&x[i], &y[i]))
			return false;
	return true;
}

int archive_blob_make(struct arena *a, struct segment_entry *list, size_t n,
    int level, struct archive_row *row, struct error *err)
{
	struct segment_entry *again;
	uint8_t hash[CRYPTO_HASH_LEN];
	struct buf raw, packed;

	buf_init(&raw);
	buf_init(&packed);
	segment_pack(&raw, list, n);
	zstd_pack(&packed, buf_view(&raw), level);
	row->raw_bytes = (int64_t)raw.len;
	row->content = arena_str(a, buf_view(&packed));
	crypto_sha256(hash, row->content);
	row->checksum = arena_str(a,
	    (struct str){ (const char *)hash, sizeof(hash) });
	buf_release(&raw);
	buf_release(&packed);
	if (archive_blob_open(a, row, &again) && is_same(list, again, n))
		return 0;
	return err_set(err, ERR_INTERNAL, "a segment is not what was put in");
}
