/*
 * push_text: words for notices, in the language of a device.
 */
#ifndef BATCH_PUSH_TEXT_H
#define BATCH_PUSH_TEXT_H

#include <stdint.h>

#include "base/str.h"

struct push_words {
	const char *language;
	const char *message; /* instead of what it says */
	const char *image, *audio, *video, *file, *location, *card, *forward;
	const char *test_title, *test_body;
};

/* locale: such as "de", "zh-Hant-TW", "pt_BR"; unknown or empty: English. */
const struct push_words *push_words(struct str locale);
/* For a message of this type without a text. */
struct str push_word_of(const struct push_words *w, int64_t type);

#endif
