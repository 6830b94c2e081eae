#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static const struct err_info infos[ERR_MAX] = {
	[ERR_NONE] = { 200, "none", ERR_RETRY_NEVER, EX_OK, "No failure." },
#define E(symbol, status, code, retry, exit, text) \
	[ERR_##symbol] = { status, code, ERR_RETRY_##retry, exit, text },
#include "base/err.def"
#undef E
};

const struct err_info *err_info(enum err_code code)
{
	BUG_ON((unsigned)code >= ERR_MAX);
	return &infos[code];
}

const char *err_code_of(int64_t status)
{
	for (size_t i = 0; i < ERR_MAX; i++)
		if (infos[i].status == status)
			return infos[i].code;
	return infos[ERR_INTERNAL].code;
}

/*
 * Copies what fits.  A character that would be cut in two is dropped: both
 * texts are sent in JSON, which must be UTF-8.
 */
static void copy_cut(char *dst, size_t dst_len, const char *src)
{
	size_t len = strnlen(src, dst_len);

	if (len == dst_len) {
		len--;
		while (len && ((unsigned char)src[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(dst, src, len);
	dst[len] = '\0';
}

/*
 * Formats into local buffers, because callers prefix the text that the error
 * already holds: err_set(err, code, "while reading: %s", err->detail).
 */
static void fill(struct error *err, enum err_code code, const char *field,
    const char *fmt, va_list ap)
{
	char name[sizeof(err->field)], text[sizeof(err->detail) + 4];

	vsnprintf(text, sizeof(text), fmt, ap);
	copy_cut(name, sizeof(name), field);
	err->code = code;
	err->retry_after_ms = 0;
	memcpy(err->field, name, sizeof(name));
	copy_cut(err->detail, sizeof(err->detail), text);
}

int err_set(struct error *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(err, code, "", fmt, ap);
	va_end(ap);
	return -1;
}

int err_field(struct error *err, enum err_code code, const char *field,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(err, code, field ? field : "", fmt, ap);
	va_end(ap);
	return -1;
}

void err_clear(struct error *err)
{
	*err = (struct error){ .code = ERR_NONE };
}

/*
 * Enough for a path, a line number and a sentence; log lines are bounded
 * anyway.
 */
#define TEXT_LEN 1024

void err_bug(const char *file, int line, const char *fmt, ...)
{
	char text[TEXT_LEN], quoted[TEXT_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_error("bug", "file=%s line=%d text=%s", file, line,
	    log_quote(quoted, sizeof(quoted), str_of(text)));
	abort();
}

void die(int exit_code, const char *fmt, ...)
{
	char text[TEXT_LEN], quoted[TEXT_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_error("die", "exit=%d text=%s", exit_code,
	    log_quote(quoted, sizeof(quoted), str_of(text)));
	exit(exit_code);
}
