/* args: shorthand for the argument tables of the services. */
#ifndef CGI_ARGS_H
#define CGI_ARGS_H

#include <stddef.h>

#include "web/web.h"

/* ARG(WEB_BODY, WEB_INT, "conv_index", struct args, conv_index, .max = 9) */
#define ARG(where, what, label, S, member, ...)                       \
	{                                                             \
		.in = where, .type = what, .name = label,             \
		.offset = offsetof(S, member), .has = -1, __VA_ARGS__ \
	}
/* The same, with a bool member that is set if the argument was given. */
#define ARG_HAS(where, what, label, S, member, given, ...)        \
	{                                                         \
		.in = where, .type = what, .name = label,         \
		.offset = offsetof(S, member),                    \
		.has = (ptrdiff_t)offsetof(S, given), __VA_ARGS__ \
	}

#define INDEX_MAX     ((INT64_C(1) << 53) - 1)
#define LIMIT_DEFAULT 50
#define LIMIT_MAX     200

#define ARG_CONV_ID(S)                                                 \
	ARG(WEB_PATH, WEB_ID, "id", S, conv_id, .flags = WEB_REQUIRED, \
	    .text = "The conversation; 404 for users who are not members.")
#define ARG_LIMIT(S)                                                           \
	ARG(WEB_QUERY, WEB_INT, "limit", S, limit, .min = 1, .max = LIMIT_MAX, \
	    .def = LIMIT_DEFAULT, .text = "Maximum number of items.")
#define ARG_USERS(S)                                \
	ARG(WEB_QUERY, WEB_BOOL, "users", S, users, \
	    .text = "Add a map of all users that occur in the answer.")

#endif
