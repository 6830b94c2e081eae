/*
 * arena: memory whose lifetime is one request, event or batch.
 *
 * Everything allocated from an arena is freed together, by arena_rewind() or
 * arena_release().  The first block is kept across rewinds, so that a steady
 * load allocates nothing from the system; rewound memory is poisoned for
 * AddressSanitizer.  Allocation never fails: out of memory, the process exits
 * with EX_OSERR.  Callers must bound sizes that a client controls.
 *
 * An arena belongs to one thread.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena_block;
struct arena_deferred;

struct arena {
	struct arena_block *first; /* kept across rewinds */
	struct arena_block *last;  /* where the next allocation goes */
	struct arena_deferred *deferred;
};

void arena_init(struct arena *a);
void arena_release(struct arena *a);

/* Runs the deferred calls, newest first, and reclaims all memory. */
void arena_rewind(struct arena *a);

/* Zeroed memory, aligned for any type.  len 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t len);

/* n zeroed elements; exits if n * size overflows. */
void *arena_array(struct arena *a, size_t n, size_t size);

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

/* Copies, NUL-terminated after the given length. */
char *arena_memdup(struct arena *a, const void *p, size_t len);
struct str arena_str(struct arena *a, struct str s);
char *arena_cstr(struct arena *a, const char *s);

struct str arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Calls fn(p) when the arena is rewound or released: ties a foreign
 * resource (a json_t, a curl handle) to the arena's lifetime.
 */
void arena_defer(struct arena *a, void (*fn)(void *), void *p);

#endif
