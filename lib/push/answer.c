#include "push/answer.h"

#include <time.h>

#include "io/json.h"

const json_t *push_answer_json(struct arena *a,
    const struct push_answer *answer)
{
	struct error ignored;
	json_t *v = NULL;

	if (json_parse(a, answer->body, false, &v, &ignored) < 0 ||
	    !json_is_object(v))
		return NULL;
	return v;
}

struct str push_reason(struct arena *a, struct str word)
{
	size_t len = word.len < PUSH_REASON_MAX ? word.len : PUSH_REASON_MAX;
	char *out;

	if (!word.p || !len)
		return STR("");
	out = arena_memdup(a, word.p, len);
	for (size_t i = 0; i < len; i++)
		if (out[i] < 0x20 || out[i] > 0x7e)
			out[i] = '?';
	return (struct str){ out, len };
}

/* IMF-fixdate, the only form that may be sent; -1: it is another text. */
static int64_t date_ms(struct str s)
{
	char text[40];
	struct tm tm = { 0 };
	const char *end;

	if (s.len >= sizeof(text))
		return -1;
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	return end && !*end ? (int64_t)timegm(&tm) * 1000 : -1;
}

int64_t push_retry_after_ms(const struct push_answer *answer, int64_t now_ms)
{
	struct str s = str_trim(answer->retry_after);
	int64_t ms;

	if (!s.len)
		return 0;
	if (str_to_int(s, &ms))
		ms = ms > PUSH_RETRY_AFTER_MAX / 1000 ? PUSH_RETRY_AFTER_MAX
						      : ms * 1000;
	else
		ms = date_ms(s) - now_ms;
	if (ms <= 0)
		return 0;
	return ms < PUSH_RETRY_AFTER_MAX ? ms : PUSH_RETRY_AFTER_MAX;
}
