#include "im/conv/append_known.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hash.h"

#define KNOWN_BITS  10
#define KNOWN_CONVS (1 << KNOWN_BITS)

struct known {
	int64_t conv_id, epoch, version;
	int64_t level; /* the index up to which nothing is due; -1: unknown */
	struct member *members;
	size_t n;
};

struct append_known {
	struct known list[KNOWN_CONVS]; /* by a hash of conv_id */
};

struct append_known *append_known_new(void)
{
	struct append_known *k = calloc(1, sizeof(*k));

	if (!k)
		die(EX_OSERR, "out of memory");
	return k;
}

void append_known_free(struct append_known **k)
{
	if (!*k)
		return;
	for (size_t i = 0; i < KNOWN_CONVS; i++)
		free((*k)->list[i].members);
	free(*k);
	*k = NULL;
}

static size_t place_of(int64_t conv_id)
{
	return hash_u64((uint64_t)conv_id) >> (64 - KNOWN_BITS);
}

static const struct known *find(const struct append_known *k,
    const struct conv *c)
{
	const struct known *e = &k->list[place_of(c->conv_id)];

	return e->conv_id == c->conv_id && e->epoch == c->epoch &&
		       e->version == c->version && e->n
		   ? e
		   : NULL;
}

const struct member *append_known_members(const struct append_known *k,
    const struct conv *c, size_t *n_out)
{
	const struct known *e = find(k, c);

	*n_out = e ? e->n : 0;
	return e ? e->members : NULL;
}

void append_known_keep(struct append_known *k, const struct conv *c,
    const struct member *members, size_t n)
{
	struct known *e = &k->list[place_of(c->conv_id)];

	if (!n || n > APPEND_KNOWN_MEMBERS)
		return;
	if (n > e->n) {
		free(e->members);
		e->members = calloc(n, sizeof(*e->members));
		if (!e->members)
			die(EX_OSERR, "out of memory");
	}
	memcpy(e->members, members, n * sizeof(*members));
	for (size_t i = 0; i < n; i++)
		e->members[i].alias = STR_NONE;
	e->n = n;
	e->conv_id = c->conv_id;
	e->epoch = c->epoch;
	e->version = c->version;
	e->level = -1;
}

bool append_known_is_level(const struct append_known *k, const struct conv *c,
    int64_t at)
{
	const struct known *e = find(k, c);

	return e && e->level == at;
}

void append_known_level(struct append_known *k, const struct conv *c)
{
	struct known *e = (struct known *)find(k, c);

	if (e)
		e->level = c->last_index;
}
