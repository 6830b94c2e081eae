/*
 * progress: how far a long run is.
 *
 * On a terminal it is a bar on standard error, drawn again in its place; what
 * is printed meanwhile overwrites it.  Elsewhere, and with -v, it is a line of
 * the log every PROGRESS_LINE_MS.  Times are monotonic: a clock that jumps
 * neither silences it nor makes it talk.
 */
#ifndef JOB_PROGRESS_H
#define JOB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#define PROGRESS_DRAW_MS 100
#define PROGRESS_LINE_MS 10000

struct progress {
	const char *job, *what; /* "verify", "conversations" */
	int64_t began_ms, told_ms;
	bool is_bar;
	bool drawn;
};

/* Whether it is a bar. */
bool progress_is_bar(void);

/* job and what are not copied. */
void progress_begin(struct progress *p, const char *job, const char *what);
/* `done` of `total`; total 0: nobody knows. */
void progress_set(struct progress *p, int64_t done, int64_t total);
/* Wipes the bar, before other output or at the end. */
void progress_hide(struct progress *p);

/* The text of a bar of `width` columns, for progress_set() and tests: ms is how
 * long it has run. */
#define PROGRESS_TEXT_MAX 200
void progress_text(char dst[PROGRESS_TEXT_MAX], const struct progress *p,
    int64_t done, int64_t total, int64_t ms, int width);

#endif
