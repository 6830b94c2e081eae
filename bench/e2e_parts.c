#include "e2e.h"

#include <stdio.h>

void parts_init(struct parts *p, const char *load, const struct options *o)
{
	*p = (struct parts){ .load = load,
		.length_us = (int64_t)o->part_s * 1000000 };
	if (o->part_s == 0)
		return;
	p->n_max = (o->seconds + o->part_s - 1) / o->part_s;
	samples_init(&p->seen);
}

void parts_begin(struct parts *p, int64_t now_us)
{
	p->n = 1;
	p->next_us = now_us + p->length_us;
}

static void print(struct parts *p)
{
	printf("part load=%s part=%d copies=%zu seen_p50_us=%u "
	       "seen_p99_us=%u\n",
	    p->load, p->n, p->seen.n, samples_at(&p->seen, 0.5),
	    samples_at(&p->seen, 0.99));
	fflush(stdout);
	p->seen.n = 0;
}

void parts_add(struct parts *p, int64_t now_us, int64_t took_us)
{
	if (p->n == 0 || p->length_us == 0)
		return;
	/* What is late at the end belongs to the last one. */
	while (now_us >= p->next_us && p->n < p->n_max) {
		print(p);
		p->n++;
		p->next_us += p->length_us;
	}
	samples_add(&p->seen, took_us);
}

void parts_end(struct parts *p)
{
	if (p->length_us == 0)
		return;
	print(p);
	samples_release(&p->seen);
}
