#include "im/conv/conv_setting.h"

/* The compiler checks the C type of the member. */
#define AT_STR(m) offsetof(struct conv, m) + 0 * DB_IS_STR(struct conv, m)
#define AT_I64(m) offsetof(struct conv, m) + 0 * DB_IS_I64(struct conv, m)

#define LABEL(name, member, min, max, text) TEXT(name, member)
#define BYTES(name, member, min, max, text) TEXT(name, member)
#define URL(name, member, max, text)        TEXT(name, member)
#define TEXT(name, member) \
	{ #name, CONV_SETTING_TEXT, AT_STR(member), NULL, 0, 0, 0 },
#define WORD(name, member, words, def, def_in_channel, def_in_direct, text) \
	{ #name, CONV_SETTING_WORD, AT_I64(member), words, def,             \
		def_in_channel, def_in_direct },
#define SECONDS(name, member, max, text) \
	{ #name, CONV_SETTING_SECONDS, AT_I64(member), NULL, 0, 0, 0 },
#define OBJECT(name, member, max, text) \
	{ #name, CONV_SETTING_OBJECT, AT_STR(member), NULL, 0, 0, 0 },

const struct conv_setting conv_settings[] = {
#include "im/conv/conv_setting.def"
	{ .name = NULL },
};
_Static_assert(sizeof(conv_settings) / sizeof(conv_settings[0]) <=
		   CONV_SETTINGS_MAX + 1,
    "lists of settings");

static const void *value_of(const struct conv_setting *s, const struct conv *c)
{
	return (const char *)c + s->offset;
}

struct str conv_setting_str(const struct conv_setting *s, const struct conv *c)
{
	return *(const struct str *)value_of(s, c);
}

int64_t conv_setting_int(const struct conv_setting *s, const struct conv *c)
{
	return *(const int64_t *)value_of(s, c);
}

struct str conv_setting_word(const struct conv_setting *s, const struct conv *c)
{
	return str_word(s->words, conv_setting_int(s, c));
}

static bool is_text(const struct conv_setting *s)
{
	return s->type == CONV_SETTING_TEXT || s->type == CONV_SETTING_OBJECT;
}

bool conv_setting_is_none(const struct conv_setting *s, const struct conv *c)
{
	return is_text(s) && !conv_setting_str(s, c).p;
}

bool conv_setting_eq(const struct conv_setting *s, const struct conv *a,
    const struct conv *b)
{
	if (!is_text(s))
		return conv_setting_int(s, a) == conv_setting_int(s, b);
	return str_eq(conv_setting_str(s, a), conv_setting_str(s, b));
}

void conv_setting_copy(const struct conv_setting *s, struct conv *to,
    const struct conv *from)
{
	void *value = (char *)to + s->offset;

	if (is_text(s))
		*(struct str *)value = conv_setting_str(s, from);
	else
		*(int64_t *)value = conv_setting_int(s, from);
}

static int64_t word_default(const struct conv_setting *s, int64_t kind)
{
	switch (kind) {
	case CONV_CHANNEL:
		return s->def_in_channel;
	case CONV_DIRECT:
	case CONV_SELF:
		return s->def_in_direct;
	}
	return s->def;
}

void conv_setting_defaults(struct conv *c)
{
	for (const struct conv_setting *s = conv_settings; s->name; s++) {
		void *value = (char *)c + s->offset;

		if (s->type == CONV_SETTING_WORD && conv_setting_int(s, c) == 0)
			*(int64_t *)value = word_default(s, c->kind);
	}
}
