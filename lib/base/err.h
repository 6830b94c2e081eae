/*
 * err: how a function says why it failed.
 *
 * A function that can fail returns -1 and fills the caller's struct error.
 * err.def lists every code with its HTTP status, API code and exit code.
 * `detail` is for the developer of a client: it never contains SQL, paths,
 * tokens or bodies.  There are three kinds of failure: a bug calls BUG(); an
 * environment in which the program cannot run calls die() (only main, the
 * skeletons and lib/base); everything else returns a struct error.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sysexits.h>

enum err_code {
	ERR_NONE,
#define E(symbol, status, code, retry, exit, text) ERR_##symbol,
#include "base/err.def"
#undef E
	ERR_MAX
};

enum err_retry { ERR_RETRY_NEVER, ERR_RETRY_LATER, ERR_RETRY_SAME };

struct error {
	enum err_code code;
	int32_t retry_after_ms; /* 0: the default of the code */
	char field[96];         /* dotted path, query or header name; or "" */
	char detail[200];
};

/*
 * For a name that is put together for err_field(), which cuts it at a
 * character.
 */
#define ERR_FIELD_ROOM (sizeof(((struct error *)NULL)->field) + 4)

struct err_info {
	int status;       /* HTTP */
	const char *code; /* on the wire */
	enum err_retry retry;
	int exit_code;
	const char *text; /* one sentence for the client */
};

const struct err_info *err_info(enum err_code code);
/* The code on the wire of a status that was stored. */
const char *err_code_of(int64_t status);

/* All return -1, so that `return err_set(...)` reads well. */
int err_set(struct error *err, enum err_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* field: the path of the invalid field; copied, truncated if too long. */
int err_field(struct error *err, enum err_code code, const char *field,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void err_clear(struct error *err);

/* A programming mistake: logs file, line and text, then abort(). */
#define BUG(...) err_bug(__FILE__, __LINE__, __VA_ARGS__)
#define BUG_ON(cond)                               \
	do {                                       \
		if (__builtin_expect(!!(cond), 0)) \
			BUG("%s", #cond);          \
	} while (0)
void err_bug(const char *file, int line, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 3, 4)));

/* Logs, and ends the process with an exit code of sysexits.h. */
void die(int exit_code, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 2, 3)));

#endif
