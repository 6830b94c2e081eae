/*
 * head_form: what RFC 9112 forbids in the head of a request and http_parser
 * accepts: lines that end in LF alone, lines that continue the one before
 * (obs-fold), blanks in a header's name or before its colon, further blanks in
 * the request line.  Parsers that read such a head differently, one behind the
 * other, can be made to see different requests.
 */
#ifndef LIVE_HEAD_FORM_H
#define LIVE_HEAD_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum head_part { HEAD_BEFORE, HEAD_REQUEST, HEAD_START, HEAD_NAME, HEAD_VALUE };

/* Zero at the start. */
struct head_form {
	enum head_part part;
	int n_blanks; /* in the request line */
	bool after_cr;
};

/* Checks the next n bytes of a head: NULL, or what is wrong with them. */
const char *head_form_check(struct head_form *f, const char *p, size_t n);

/* Whether s can be the value of Host: host[:port]. */
bool head_form_is_host(struct str s);

#endif
