/* conv_mode: how entries reach the members of a conversation. */
#ifndef IM_CONV_MODE_H
#define IM_CONV_MODE_H

/* The words of the API, for str_word(). */
enum conv_mode {
	CONV_PUSH = 1, /* an inbox row for each member */
	CONV_PULL,     /* members read the log */
};
#define CONV_MODES "push|pull"

#endif
