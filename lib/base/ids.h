/*
 * ids: ascending arrays of distinct ids, the order in which rows are read and
 * locked.  The caller owns the arrays.
 */
#ifndef BASE_IDS_H
#define BASE_IDS_H

#include <stddef.h>
#include <stdint.h>

/* Sorts in place and removes duplicates; returns how many are left. */
size_t ids_sort_distinct(int64_t *ids, size_t n);

/* The position of an id in such an array, or -1. */
ptrdiff_t ids_find(const int64_t *ids, size_t n, int64_t id);

#endif
