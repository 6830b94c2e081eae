/*
 * order: how two values compare, as qsort() and bsearch() want it: below 0,
 * 0, or above 0.
 */
#ifndef BASE_ORDER_H
#define BASE_ORDER_H

#include <stdint.h>

/* Ascending. */
static inline int order_i64(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

/* By the first values, and where they are equal by the second ones. */
static inline int order_pair(int64_t x1, int64_t y1, int64_t x2, int64_t y2)
{
	return x1 != y1 ? order_i64(x1, y1) : order_i64(x2, y2);
}

#endif
