/*
 * form: application/x-www-form-urlencoded (WHATWG URL, section 5.2).
 */
#ifndef PUSH_FORM_H
#define PUSH_FORM_H

#include "base/buf.h"
#include "base/str.h"

#define PUSH_FORM_TYPE STR("application/x-www-form-urlencoded")

/* s, escaped: everything but letters, digits and "-_.~". */
void push_form_escape(struct buf *b, struct str s);

/* "name=value", after "&" unless it is the first; the name needs no escape.
 * Without a value (STR_NONE) the field is omitted. */
void push_form_put(struct buf *b, const char *name, struct str value);

#endif
