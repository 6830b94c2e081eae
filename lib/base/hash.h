/*
 * hash: spreads numbers, such as ids, over a table.  The high bits are the good
 * ones: take hash_u64(n) >> (64 - bits).  Whoever chooses the numbers can make
 * them collide.
 *
 * Multiplicative hashing: Knuth, The Art of Computer Programming, volume 3,
 * 6.4.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

static inline uint64_t hash_u64(uint64_t n)
{
	return n * UINT64_C(0x9e3779b97f4a7c15);
}

#endif
