#include "im/conv/append_own.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/program.h"

#define OWN_LOGS_BITS 10
#define OWN_LOGS      (1 << OWN_LOGS_BITS)
#define OWN_SENDERS   4

struct sender {
	int64_t user_id; /* 0: none */
	int64_t ordinal;
};

struct log {
	int64_t conv_id, epoch, last_index;
	struct sender senders[OWN_SENDERS];
	unsigned next; /* to be replaced */
};

struct append_own {
	struct log logs[OWN_LOGS]; /* by a hash of conv_id */
};

struct append_own *append_own_new(void)
{
	struct append_own *own = calloc(1, sizeof(*own));

	if (!own)
		die(EX_OSERR, "out of memory");
	return own;
}

void append_own_free(struct append_own **own)
{
	free(*own);
	*own = NULL;
}

static struct log *log_of(struct append_own *own, int64_t conv_id)
{
	return &own->logs[hash_u64((uint64_t)conv_id) >> (64 - OWN_LOGS_BITS)];
}

static bool holds(const struct log *l, const struct conv *c, int64_t last_index)
{
	return l->conv_id == c->conv_id && l->epoch == c->epoch &&
	       l->last_index == last_index;
}

static struct sender *sender_of(struct log *l, int64_t user_id)
{
	for (size_t i = 0; i < OWN_SENDERS; i++)
		if (l->senders[i].user_id == user_id)
			return &l->senders[i];
	return NULL;
}

bool append_own_find(struct append_own *own, const struct conv *c,
    int64_t user_id, int64_t *ordinal_out)
{
	struct log *l = log_of(own, c->conv_id);
	const struct sender *s;

	if (!holds(l, c, c->last_index))
		return false;
	s = sender_of(l, user_id);
	if (s)
		*ordinal_out = s->ordinal;
	return s != NULL;
}

void append_own_note(struct append_own *own, const struct conv *c,
    int64_t before, int64_t user_id, int64_t ordinal)
{
	struct log *l = log_of(own, c->conv_id);
	struct sender *s;

	if (!holds(l, c, before) && !holds(l, c, c->last_index))
		*l = (struct log){ .conv_id = c->conv_id, .epoch = c->epoch };
	l->last_index = c->last_index;
	s = sender_of(l, user_id);
	if (!s) {
		s = &l->senders[l->next];
		l->next = (l->next + 1) % OWN_SENDERS;
	}
	*s = (struct sender){ user_id, ordinal };
}
