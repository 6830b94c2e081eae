/*
 * status: the HTTP statuses that imcloud sends (RFC 9110 section 15, RFC 6585).
 * base/err.def maps failures to them.
 */
#ifndef HTTP_STATUS_H
#define HTTP_STATUS_H

#include <stdbool.h>

enum {
#define H(number, symbol, reason) HTTP_##symbol = number,
#include "http/status.def"
#undef H
};

/* The reason phrase; "Unknown" for any other status. */
const char *http_reason(int status);

/*
 * Whether the same request would get the same answer again: false if the server
 * failed, the credential was refused or a limit was reached.
 */
bool http_is_final(int status);

#endif
