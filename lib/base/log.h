/*
 * log: one logfmt line on stderr per request, job run or connection event.
 *
 *   ts=2026-01-02T03:04:05.678Z level=info prog=message pid=7 ev=request
 *   request_id=ab12 method=POST status=201 ms=3
 *
 * A line is written with one write(2), so lines of threads and processes do
 * not mix.  Values are quoted where needed; control bytes are escaped.
 * Nobody logs tokens, bodies or passwords.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdint.h>

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Once, before threads.  prog is kept, not copied. */
void log_init(const char *prog, enum log_level least);
void log_set_level(enum log_level least);

/*
 * fmt is logfmt text with printf conversions, for numbers and safe words:
 * log_info("drain", "done=%d left=%d", done, left).
 */
void log_debug(const char *ev, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_info(const char *ev, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_warn(const char *ev, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_error(const char *ev, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The thread's inherited context, put into each of its lines:
 * request_id and whatever else the skeleton sets.  Copied; "" ends it.
 */
void log_context(const char *logfmt, ...) __attribute__((format(printf, 1, 2)));

/* s as a logfmt value into dst (cut when too long); returns dst. */
char *log_quote(char *dst, size_t dst_len, struct str s);

#endif
