#include "im/conv/page_kept.h"

#include <pthread.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/stat.h"

#define WAYS 4
#define SETS (PAGE_KEPT_MAX / WAYS)

struct kept {
	int64_t conv_id, block;
	int64_t seq;
	uint64_t used; /* the higher, the later; 0: free */
	struct buf packed;
};

static struct kept table[SETS][WAYS];
static uint64_t n_used;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct kept *set_of(int64_t conv_id, int64_t block)
{
	uint64_t h = hash_u64(hash_u64((uint64_t)conv_id) + (uint64_t)block);

	return table[(h >> 32) % SETS];
}

/* That of the block; or the one read longest ago. */
static struct kept *place_of(int64_t conv_id, int64_t block)
{
	struct kept *set = set_of(conv_id, block), *oldest = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (set[i].conv_id == conv_id && set[i].block == block)
			return &set[i];
		if (set[i].used < oldest->used)
			oldest = &set[i];
	}
	return oldest;
}

static bool is_of(const struct kept *k, int64_t conv_id, int64_t block)
{
	return k->used && k->conv_id == conv_id && k->block == block;
}

bool page_kept_get(struct arena *a, int64_t conv_id, int64_t block,
    int64_t seq_min, struct str *packed_out)
{
	struct kept *k;
	bool found;

	pthread_mutex_lock(&lock);
	k = place_of(conv_id, block);
	found = is_of(k, conv_id, block) && k->seq >= seq_min;
	if (found) {
		k->used = ++n_used;
		*packed_out = arena_str(a, buf_view(&k->packed));
	}
	pthread_mutex_unlock(&lock);
	stat_add(found ? STAT_PAGE_HITS : STAT_PAGE_MISSES, 1);
	return found;
}

/* Under the lock. */
static void replace(struct kept *k, int64_t conv_id, int64_t block, int64_t seq,
    struct str packed)
{
	buf_release(&k->packed); /* it grows to twice what it needs */
	*k = (struct kept){ conv_id, block, seq, ++n_used, { .p = NULL } };
	buf_str(&k->packed, packed);
}

void page_kept_put(int64_t conv_id, int64_t block, int64_t seq,
    struct str packed)
{
	struct kept *k;

	if (!packed.len || packed.len > PAGE_KEPT_BYTES_MAX)
		return;
	pthread_mutex_lock(&lock);
	k = place_of(conv_id, block);
	if (!is_of(k, conv_id, block) || k->seq < seq)
		replace(k, conv_id, block, seq, packed);
	pthread_mutex_unlock(&lock);
}
