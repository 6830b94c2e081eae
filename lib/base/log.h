/*
 * log: one logfmt line on stderr per request, job run or connection event.
 *
 *   ts=2026-01-02T03:04:05.678Z level=info prog=message pid=7 ev=request
 *   request_id=ab12 method=POST status=201 ms=3
 *
 * A line is one write(2) of at most 4096 bytes, so lines of threads and
 * processes do not interleave.  Values are quoted where needed; control bytes
 * are escaped.  Tokens, bodies and passwords are never logged.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Once, before threads start.  prog is not copied. */
void log_init(const char *prog, enum log_level least);
void log_set_level(enum log_level least);
/* Whether lines of this level are written. */
bool log_is_on(enum log_level level);

/*
 * fmt is logfmt text with printf conversions, for numbers and words that need
 * no quoting: log_info("drain", "done=%d left=%d", done, left).
 */
void log_debug(const char *ev, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_info(const char *ev, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_warn(const char *ev, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_error(const char *ev, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_at(enum log_level level, const char *ev, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Sets the thread's context, such as request_id, which is added to each of its
 * lines.  Copied; "" clears it.
 */
void log_context(const char *logfmt, ...) __attribute__((format(printf, 1, 2)));

/* Writes s to dst as a logfmt value, truncated if too long; returns dst. */
char *log_quote(char *dst, size_t dst_len, struct str s);

#endif
