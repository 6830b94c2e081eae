#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
/* A poisoned gap after each object: AddressSanitizer reports an overrun. */
#define REDZONE 16
#else
#define ASAN_POISON_MEMORY_REGION(p, len)   ((void)(p), (void)(len))
#define ASAN_UNPOISON_MEMORY_REGION(p, len) ((void)(p), (void)(len))
#define REDZONE                             0
#endif

#define ALIGN alignof(max_align_t)

/*
 * A block and its malloc header stay below glibc's mmap threshold (128 KiB),
 * so that a request that needs a second one does not cost two system calls.
 */
#define FIRST_LEN (32 * 1024 - 64)
#define NEXT_LEN  (64 * 1024 - 64)

struct arena_block {
	struct arena_block *next;
	size_t size; /* of data */
	size_t used;
	alignas(max_align_t) unsigned char data[];
};

struct arena_deferred {
	struct arena_deferred *next;
	void (*fn)(void *);
	void *p;
};

static struct arena_block *block_new(size_t size)
{
	struct arena_block *b = NULL;

	if (size <= SIZE_MAX - sizeof(*b))
		b = malloc(sizeof(*b) + size);
	if (!b)
		die(EX_OSERR, "out of memory: %zu bytes", size);
	b->next = NULL;
	b->size = size;
	b->used = 0;
	ASAN_POISON_MEMORY_REGION(b->data, b->size);
	return b;
}

static void block_free(struct arena_block *b)
{
	/* malloc reuses the memory and does not know that it is poisoned. */
	ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
	free(b);
}

void arena_init(struct arena *a)
{
	*a = (struct arena){ .first = NULL };
}

/* A deferred call may defer another, so run until the list is empty. */
static void run_deferred(struct arena *a)
{
	struct arena_deferred *d;

	while ((d = a->deferred)) {
		a->deferred = d->next;
		d->fn(d->p);
	}
}

void arena_rewind(struct arena *a)
{
	struct arena_block *b, *next;

	run_deferred(a);
	if (!a->first)
		return;
	for (b = a->first->next; b; b = next) {
		next = b->next;
		block_free(b);
	}
	a->first->next = NULL;
	a->first->used = 0;
	a->last = a->first;
	ASAN_POISON_MEMORY_REGION(a->first->data, a->first->size);
}

void arena_release(struct arena *a)
{
	arena_rewind(a);
	if (a->first)
		block_free(a->first);
	arena_init(a);
}

void *arena_alloc(struct arena *a, size_t len)
{
	struct arena_block *b;
	size_t need;
	void *p;

	if (len > SIZE_MAX / 2)
		die(EX_OSERR, "out of memory: %zu bytes", len);
	/* At least one unit, so that no two objects share an address. */
	need = ((len ? len : 1) + REDZONE + ALIGN - 1) / ALIGN * ALIGN;

	if (!a->first)
		a->first = a->last = block_new(FIRST_LEN / ALIGN * ALIGN);
	b = a->last;
	if (need > b->size - b->used) {
		b = block_new(need > NEXT_LEN ? need : NEXT_LEN);
		a->last->next = b;
		a->last = b;
	}
	p = b->data + b->used;
	b->used += need;
	ASAN_UNPOISON_MEMORY_REGION(p, len);
	memset(p, 0, len);
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	size_t len;

	if (__builtin_mul_overflow(n, size, &len))
		die(EX_OSERR, "out of memory: %zu * %zu bytes", n, size);
	return arena_alloc(a, len);
}

char *arena_memdup(struct arena *a, const void *p, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		die(EX_OSERR, "out of memory: %zu bytes", len);
	copy = arena_alloc(a, len + 1);
	if (len)
		memcpy(copy, p, len);
	return copy;
}

struct str arena_str(struct arena *a, struct str s)
{
	if (!s.p)
		return STR_NONE;
	return (struct str){ arena_memdup(a, s.p, s.len), s.len };
}

char *arena_cstr(struct arena *a, const char *s)
{
	return s ? arena_memdup(a, s, strlen(s)) : NULL;
}

static struct str __attribute__((format(printf, 2, 0)))
format(struct arena *a, const char *fmt, va_list ap)
{
	char probe[256], *p;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(probe, sizeof(probe), fmt, again);
	va_end(again);
	if (n < 0)
		BUG("bad format: %s", fmt);
	p = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(probe))
		memcpy(p, probe, (size_t)n);
	else
		vsnprintf(p, (size_t)n + 1, fmt, ap);
	return (struct str){ p, (size_t)n };
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	struct str s;
	va_list ap;

	va_start(ap, fmt);
	s = format(a, fmt, ap);
	va_end(ap);
	return s;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *p)
{
	struct arena_deferred *d = ARENA_NEW(a, struct arena_deferred);

	d->next = a->deferred;
	d->fn = fn;
	d->p = p;
	a->deferred = d;
}
