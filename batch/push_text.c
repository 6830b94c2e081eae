#include "push_text.h"

#include <stddef.h>
#include <strings.h>

#include "im/conv/entry.h"

static const struct push_words table[] = {
#define L(...) { __VA_ARGS__ },
#include "push_text.def"
#undef L
};

/* Places that write Chinese in the traditional script. */
static bool is_hant(struct str rest)
{
	while (rest.len) {
		char sep = str_find(rest, '_') >= 0 ? '_' : '-';
		struct str tag = str_cut(&rest, sep);

		if (str_is_nocase(tag, "hant") || str_is_nocase(tag, "tw") ||
		    str_is_nocase(tag, "hk") || str_is_nocase(tag, "mo"))
			return true;
		if (str_is_nocase(tag, "hans"))
			return false;
	}
	return false;
}

const struct push_words *push_words(struct str locale)
{
	struct str language = locale, rest = STR("");
	size_t len = 0;

	while (len < locale.len && locale.p[len] != '-' && locale.p[len] != '_')
		len++;
	language.len = len;
	if (len < locale.len)
		rest = (struct str){ locale.p + len + 1, locale.len - len - 1 };
	if (str_is_nocase(language, "zh") && is_hant(rest))
		language = STR("zh-hant");
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (str_is_nocase(language, table[i].language))
			return &table[i];
	return &table[0];
}

struct str push_word_of(const struct push_words *w, int64_t type)
{
	switch (type) {
	case MESSAGE_IMAGE:
		return str_of(w->image);
	case MESSAGE_AUDIO:
		return str_of(w->audio);
	case MESSAGE_VIDEO:
		return str_of(w->video);
	case MESSAGE_FILE:
		return str_of(w->file);
	case MESSAGE_LOCATION:
		return str_of(w->location);
	case MESSAGE_CARD:
		return str_of(w->card);
	case MESSAGE_FORWARD:
		return str_of(w->forward);
	default:
		return str_of(w->message);
	}
}
