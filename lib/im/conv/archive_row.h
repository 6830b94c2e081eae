/* archive_row: rows of the tables of the archive. */
#ifndef IM_ARCHIVE_ROW_H
#define IM_ARCHIVE_ROW_H

#include <stdint.h>

#include "base/str.h"

/* segment */
struct archive_row {
	int64_t conv_id, to_index, from_index, ordinal, made_ms, raw_bytes;
	struct str checksum, content;
};

/* segment_sender */
struct archive_sender {
	int64_t conv_id, sender_id, to_index, ordinal, last_ms;
};

#endif
