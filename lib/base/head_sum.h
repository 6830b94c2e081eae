/*
 * head_sum: a check sum of where some logs are.  Two sides that have the same
 * sum know the same heads, whatever order they have them in; of others, one
 * in 2^62 goes unnoticed until a log moves.
 *
 * Each head is mixed by itself (splitmix64: Steele, Lea and Flood, Fast
 * Splittable Pseudorandom Number Generators, 2014) and added to the sum.
 */
#ifndef BASE_HEAD_SUM_H
#define BASE_HEAD_SUM_H

#include <stdint.h>

static inline uint64_t head_sum_mix(uint64_t n)
{
	n += UINT64_C(0x9e3779b97f4a7c15);
	n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
	return n ^ n >> 31;
}

/* sum: of those before, 0 for none.  It is never negative. */
static inline int64_t head_sum_add(int64_t sum, int64_t conv_id,
    int64_t last_index)
{
	uint64_t mixed = head_sum_mix(
	    head_sum_mix((uint64_t)conv_id) + (uint64_t)last_index);

	return (int64_t)(((uint64_t)sum + mixed) & (UINT64_MAX >> 2));
}

#endif
