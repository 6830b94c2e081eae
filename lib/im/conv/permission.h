/*
 * permission: who may do what in a new conversation, as the rules say (right.h)
 * under its default settings.
 */
#ifndef IM_PERMISSION_H
#define IM_PERMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names in the API, terminated by NULL. */
extern const char *const permission_acts[];

/* act: its place in the list; kind: enum conv_kind; role: of the member, and of
 * the message's sender where only the sender may do it. */
bool permission_has(size_t act, int64_t kind, int64_t role);

#endif
