/*
 * item: a notice that waits for its turn or is under way, with an arena of its
 * own; and a queue of them.
 */
#ifndef PUSH_ITEM_H
#define PUSH_ITEM_H

#include "base/arena.h"
#include "io/http_client_h2.h"
#include "push/provider.h"

struct push_line;

struct push_item {
	struct arena arena;
	struct push_line *line;
	struct push_item *next;
	struct push_address to;
	struct push_notice notice;
	void *own;
	bool is_check;    /* for authorization alone */
	bool is_renewed;  /* sent again with new authorization */
	int attempt;      /* how often it was sent */
	uint64_t auth_no; /* with which authorization */
	int64_t began_ms; /* monotonic */
	struct http_h2_call call;
};

struct push_queue {
	struct push_item *first, *last;
	size_t n;
};

/* Takes one from the spare ones, or makes it. */
struct push_item *push_item_new(struct push_item **spare);
/* Its texts are gone. */
void push_item_put_back(struct push_item **spare, struct push_item *i);
void push_item_free_all(struct push_item **spare);

/* Copies into the item. */
void push_item_set(struct push_item *i, const struct push_address *to,
    const struct push_notice *n);

void push_queue_first(struct push_queue *q, struct push_item *i);
void push_queue_last(struct push_queue *q, struct push_item *i);
/* Of a queue that is not empty. */
struct push_item *push_queue_take(struct push_queue *q);

#endif
