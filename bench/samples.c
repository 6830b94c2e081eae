#include "samples.h"

#include <stdlib.h>

#include "base/err.h"

#define ROOM 4000000

static int ascending(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

void samples_init(struct samples *s)
{
	s->n = 0;
	s->us = malloc(ROOM * sizeof(*s->us));
	if (!s->us)
		die(EX_OSERR, "out of memory");
}

void samples_release(struct samples *s)
{
	free(s->us);
	s->us = NULL;
}

void samples_add(struct samples *s, int64_t us)
{
	if (s->n < ROOM)
		s->us[s->n] = (uint32_t)us;
	s->n++;
}

uint32_t samples_at(struct samples *s, double share)
{
	size_t n = s->n < ROOM ? s->n : ROOM;

	if (n == 0)
		return 0;
	qsort(s->us, n, sizeof(*s->us), ascending);
	return s->us[(size_t)((double)(n - 1) * share)];
}
