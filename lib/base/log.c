#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

/*
 * write(2) to a pipe is atomic only up to PIPE_BUF, 4096 on Linux: longer lines
 * of two processes could interleave.
 */
#define LINE_LEN 4096

static const char *const level_names[] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARN] = "warn",
	[LOG_ERROR] = "error",
};

static const char *log_prog;
static enum log_level log_least = LOG_INFO;
static _Thread_local char log_ctx[512];

void log_init(const char *prog, enum log_level least)
{
	log_prog = prog;
	log_set_level(least);
}

void log_set_level(enum log_level least)
{
	__atomic_store_n(&log_least, least, __ATOMIC_RELAXED);
}

bool log_is_on(enum log_level level)
{
	return level >= __atomic_load_n(&log_least, __ATOMIC_RELAXED);
}

/*
 * Writes one byte of a value to dst as 1 to 4 characters and returns how many.
 * quoted: within quotation marks, where " and \ are escaped.
 */
static size_t escape(char dst[8], unsigned char c, bool quoted)
{
	static const char hex[] = "0123456789abcdef";
	const char *at = c ? strchr("n\nr\rt\t", c) : NULL;

	dst[0] = '\\';
	if (at && c < 0x20) {
		dst[1] = at[-1];
		return 2;
	}
	if (quoted && (c == '"' || c == '\\')) {
		dst[1] = (char)c;
		return 2;
	}
	if (c < 0x20 || c == 0x7f) {
		dst[1] = 'x';
		dst[2] = hex[c >> 4];
		dst[3] = hex[c & 15];
		return 4;
	}
	dst[0] = (char)c;
	return 1;
}

static bool needs_quotes(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
			return true;
	}
	return s.len == 0;
}

/* The length without a truncated UTF-8 character at the end. */
static size_t whole_chars(const char *p, size_t len)
{
	size_t at = len;

	while (at && len - at < 3 && ((unsigned char)p[at - 1] & 0xc0) == 0x80)
		at--;
	if (!at || (unsigned char)p[at - 1] < 0xc0)
		return len;
	at--;
	return str_is_utf8((struct str){ p + at, len - at }) ? len : at;
}

char *log_quote(char *dst, size_t dst_len, struct str s)
{
	bool quoted = needs_quotes(s), cut = false;
	size_t n = 0, end;

	/* An empty value needs two quotation marks and a NUL. */
	if (dst_len < 3) {
		if (dst_len)
			dst[0] = '\0';
		return dst;
	}
	end = dst_len - (quoted ? 2 : 1);
	if (quoted)
		dst[n++] = '"';
	for (size_t i = 0; i < s.len && !cut; i++) {
		char seq[8];
		size_t len = escape(seq, (unsigned char)s.p[i], quoted);

		cut = len > end - n;
		if (!cut) {
			memcpy(dst + n, seq, len);
			n += len;
		}
	}
	if (cut)
		n = whole_chars(dst, n);
	if (quoted)
		dst[n++] = '"';
	dst[n] = '\0';
	return dst;
}

void log_context(const char *logfmt, ...)
{
	va_list ap;

	va_start(ap, logfmt);
	vsnprintf(log_ctx, sizeof(log_ctx), logfmt, ap);
	va_end(ap);
}

/*
 * Adds text to the line.  Escapes control bytes again, so that a caller that
 * forgot log_quote() does not let a client forge lines.
 */
static size_t line_add(char *line, size_t n, const char *text)
{
	for (; *text; text++) {
		char seq[8];
		size_t len = escape(seq, (unsigned char)*text, false);

		/* One byte stays free for the newline. */
		if (n + len > LINE_LEN - 1)
			return whole_chars(line, n);
		memcpy(line + n, seq, len);
		n += len;
	}
	return n;
}

static void line_write(const char *line, size_t len)
{
	ssize_t n;

	do {
		n = write(STDERR_FILENO, line, len);
	} while (n < 0 && errno == EINTR);
	/* Failing to log must not stop the program. */
}

static void __attribute__((format(printf, 3, 0)))
log_line(enum log_level level, const char *ev, const char *fmt, va_list ap)
{
	char line[LINE_LEN], head[256], text[LINE_LEN], ts[CLOCK_ISO_LEN];
	int keep_errno = errno;
	size_t n;

	if (!log_is_on(level))
		return;
	snprintf(head, sizeof(head), "ts=%s level=%s prog=%s pid=%d ev=%s",
	    clock_iso(ts, clock_now_ms()), level_names[level],
	    log_prog ? log_prog : program_invocation_short_name, (int)getpid(),
	    ev);
	n = line_add(line, 0, head);
	if (log_ctx[0]) {
		n = line_add(line, n, " ");
		n = line_add(line, n, log_ctx);
	}
	errno = keep_errno; /* for %m */
	vsnprintf(text, sizeof(text), fmt, ap);
	if (text[0]) {
		n = line_add(line, n, " ");
		n = line_add(line, n, text);
	}
	line[n++] = '\n';
	line_write(line, n);
	errno = keep_errno;
}

#define LOG_FUNCTION(name, level)                       \
	void name(const char *ev, const char *fmt, ...) \
	{                                               \
		va_list ap;                             \
                                                        \
		va_start(ap, fmt);                      \
		log_line(level, ev, fmt, ap);           \
		va_end(ap);                             \
	}

LOG_FUNCTION(log_debug, LOG_DEBUG)
LOG_FUNCTION(log_info, LOG_INFO)
LOG_FUNCTION(log_warn, LOG_WARN)
LOG_FUNCTION(log_error, LOG_ERROR)

void log_at(enum log_level level, const char *ev, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(level, ev, fmt, ap);
	va_end(ap);
}
