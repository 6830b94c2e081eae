/*
 * conv_setting: the settings of a conversation as a table.
 *
 * conv_setting.def lists them: names, bounds, defaults and words of the API.
 * This table and the arguments of routes are generated from it.
 */
#ifndef IM_CONV_SETTING_H
#define IM_CONV_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "im/conv/conv.h"

enum conv_setting_type {
	CONV_SETTING_TEXT,    /* struct str */
	CONV_SETTING_WORD,    /* int64_t: position among the words, from 1 */
	CONV_SETTING_SECONDS, /* int64_t */
	CONV_SETTING_OBJECT,  /* struct str: JSON */
};

struct conv_setting {
	const char *name; /* in the API */
	enum conv_setting_type type;
	size_t offset;     /* in struct conv */
	const char *words; /* "a|b|c" */
	int64_t def, def_in_channel, def_in_direct;
};

#define CONV_SETTINGS_MAX 32
extern const struct conv_setting conv_settings[]; /* terminated by name NULL */

/* The value of a CONV_SETTING_TEXT or CONV_SETTING_OBJECT. */
struct str conv_setting_str(const struct conv_setting *s, const struct conv *c);
/* The value of a CONV_SETTING_SECONDS or CONV_SETTING_WORD. */
int64_t conv_setting_int(const struct conv_setting *s, const struct conv *c);
/* The word for the value of a CONV_SETTING_WORD; STR_NONE: no such word. */
struct str conv_setting_word(const struct conv_setting *s,
    const struct conv *c);

/* It is optional, and c does not have it. */
bool conv_setting_is_none(const struct conv_setting *s, const struct conv *c);
bool conv_setting_eq(const struct conv_setting *s, const struct conv *a,
    const struct conv *b);
void conv_setting_copy(const struct conv_setting *s, struct conv *to,
    const struct conv *from);

/* Every CONV_SETTING_WORD of c that is 0 gets the default of c->kind. */
void conv_setting_defaults(struct conv *c);

#endif
