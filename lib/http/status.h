/*
 * status: the statuses that imcloud sends (RFC 9110 section 15, RFC 6585).
 * Which failure has which status is a column of base/err.def.
 */
#ifndef HTTP_STATUS_H
#define HTTP_STATUS_H

#include <stdbool.h>

enum {
#define H(number, symbol, reason) HTTP_##symbol = number,
#include "http/status.def"
#undef H
};

/* The reason phrase; "Unknown" for a status that is not in the table. */
const char *http_reason(int status);

/*
 * Whether the same request, sent again, gets the same answer: not when the
 * server failed, the credential was refused or a limit was reached.
 */
bool http_is_final(int status);

#endif
