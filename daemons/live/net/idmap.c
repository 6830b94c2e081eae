#include "net/idmap.h"

#include <stdlib.h>

#include "base/err.h"

/* Ids share their low bits and their high bits: mix (splitmix64). */
static size_t place(const struct idmap *m, int64_t id)
{
	uint64_t x = (uint64_t)id;

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (size_t)(x ^ (x >> 31)) & (m->cap - 1);
}

void *idmap_find(const struct idmap *m, int64_t id)
{
	if (!m->cap)
		return NULL;
	for (size_t i = place(m, id); m->slots[i].p; i = (i + 1) & (m->cap - 1))
		if (m->slots[i].id == id)
			return m->slots[i].p;
	return NULL;
}

static void put(struct idmap *m, int64_t id, void *p)
{
	size_t i = place(m, id);

	while (m->slots[i].p)
		i = (i + 1) & (m->cap - 1);
	m->slots[i] = (struct idmap_slot){ id, p };
}

static void grow(struct idmap *m)
{
	struct idmap old = *m;

	m->cap = old.cap ? old.cap * 2 : 64;
	m->slots = calloc(m->cap, sizeof(*m->slots));
	if (!m->slots)
		die(EX_OSERR, "out of memory");
	for (size_t i = 0; i < old.cap; i++) {
		if (old.slots[i].p)
			put(m, old.slots[i].id, old.slots[i].p);
	}
	free(old.slots);
}

void idmap_add(struct idmap *m, int64_t id, void *p)
{
	if (4 * (m->n + 1) > 3 * m->cap)
		grow(m);
	put(m, id, p);
	m->n++;
}

void idmap_remove(struct idmap *m, int64_t id)
{
	size_t mask = m->cap - 1, hole, i;

	if (!m->cap)
		return;
	hole = place(m, id);
	while (m->slots[hole].p && m->slots[hole].id != id)
		hole = (hole + 1) & mask;
	if (!m->slots[hole].p)
		return;
	m->n--;
	/*
	 * Closes the hole: moves entries that a probe would no longer find,
	 * that is, whose home slot is not between the hole and where they are.
	 */
	for (i = (hole + 1) & mask; m->slots[i].p; i = (i + 1) & mask) {
		size_t home = place(m, m->slots[i].id);

		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		m->slots[hole] = m->slots[i];
		hole = i;
	}
	m->slots[hole].p = NULL;
}
