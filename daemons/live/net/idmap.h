/*
 * idmap: a hash table from 64-bit ids to objects.  Open addressing, linear
 * probing, at most three quarters full.  Owns its table, not the objects.
 */
#ifndef LIVE_IDMAP_H
#define LIVE_IDMAP_H

#include <stddef.h>
#include <stdint.h>

struct idmap_slot {
	int64_t id;
	void *p; /* NULL: empty */
};

struct idmap {
	struct idmap_slot *slots;
	size_t n, cap;
};

void *idmap_find(const struct idmap *m, int64_t id);
/* The id must not be in the map. */
void idmap_add(struct idmap *m, int64_t id, void *p);
void idmap_remove(struct idmap *m, int64_t id);
/* To iterate: slots [0, cap) with p set; nothing may be added or removed
 * meanwhile. */

#endif
