/*
 * ids: ascending lists of distinct ids, the order in which rows are read and
 * locked.  The lists are the caller's memory.
 */
#ifndef BASE_IDS_H
#define BASE_IDS_H

#include <stddef.h>
#include <stdint.h>

/* Sorts in place and drops repeats; returns how many are left. */
size_t ids_sort_distinct(int64_t *ids, size_t n);

/* The place of an id in such a list, or -1. */
ptrdiff_t ids_find(const int64_t *ids, size_t n, int64_t id);

#endif
