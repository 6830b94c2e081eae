/*
 * push_lines: the credentials of all apps, each with its line to the provider.
 *
 * They are read again every LINES_LOOK_MS.  A credential that was put again has
 * a new line; the old one ends, and what was under way on it has an unknown
 * outcome.
 */
#ifndef BATCH_PUSH_LINES_H
#define BATCH_PUSH_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "im/push/credential.h"
#include "job/job.h"
#include "push/circuit.h"
#include "push/gate.h"
#include "push/sender.h"

#define LINES_LOOK_MS 1000

/* Lives as long as the process, so that what is under way may point to it. */
struct push_way {
	struct push_way *next;
	struct arena arena;
	struct credential credential; /* in the arena */
	struct push_line *line;       /* NULL: not opened yet, or ended */
	bool is_gone;                 /* deleted, or put again */
	bool is_probing;              /* one notice tries a refused one */
	bool is_checking, was_checked;
	struct push_outcome checked; /* the reason is in the arena */
	int64_t told_ms; /* when a notice that was accepted was written down */
	struct push_circuit circuit;
	struct push_gate gate;
};

/* Whether the result is that of a check, not of a notice. */
bool push_lines_checked(const struct push_result *r);
void push_lines_begin(push_done_fn *done, void *arg);
void push_lines_end(void);
struct push_sender *push_lines_sender(void);

/* Reads them, if it is time to. */
int push_lines_look(struct job *j, struct error *err);
/* Whether any is enabled; of an app. */
bool push_lines_any(void);
bool push_lines_has_app(int64_t app_id);
/* topic empty: the first.  NULL: there is none. */
struct push_way *push_lines_find(int64_t app_id, int64_t provider,
    struct str topic);

/* How many more may be sent now; opens the line. */
size_t push_way_room(struct job *j, struct push_way *w);
/* When to come back if there is no room. */
int64_t push_way_wait_ms(const struct push_way *w);

/* The provider accepts it, or refuses it because of reason: it is then tried
 * again after a while.  Written down at once. */
int push_way_learn(struct job *j, struct push_way *w, bool is_ok,
    struct str reason, struct error *err);

#endif
