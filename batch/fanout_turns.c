#include "fanout_turns.h"

#include "base/ids.h"

void turns_order(const struct turns *t, struct arena *a,
    struct fanout_conv *convs, size_t n)
{
	struct fanout_conv *had = ARENA_ARRAY(a, n, struct fanout_conv);
	size_t front = 0, n_had = 0;

	for (size_t i = 0; i < n; i++)
		if (ids_find(t->had, t->n, convs[i].conv_id) < 0)
			convs[front++] = convs[i];
		else
			had[n_had++] = convs[i];
	for (size_t i = 0; i < n_had; i++)
		convs[front + i] = had[i];
}

void turns_take(struct turns *t, const struct fanout_conv *convs, size_t n)
{
	/* The first one has had its turn, so all have: a new round. */
	if (n && ids_find(t->had, t->n, convs[0].conv_id) >= 0)
		t->n = 0;
	for (size_t i = 0; i < n; i++) {
		if (t->n == TURNS_MAX)
			t->n = 0;
		t->had[t->n++] = convs[i].conv_id;
	}
	t->n = ids_sort_distinct(t->had, t->n);
}
