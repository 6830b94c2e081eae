#include "io/json_place.h"

#include <stdio.h>

#include "io/json.h"

struct level {
	bool is_list;
	size_t index;   /* in a list */
	struct str key; /* in an object, with its quotes */
};

struct walk {
	struct level levels[JSON_DEPTH_MAX];
	size_t n;
};

/* Behind its closing quote. */
static size_t string_end(struct str text, size_t at)
{
	for (at++; at < text.len && text.p[at] != '"'; at++)
		if (text.p[at] == '\\')
			at++;
	return at < text.len ? at + 1 : text.len;
}

static void take_string(struct walk *w, struct str s)
{
	struct level *top = w->n ? &w->levels[w->n - 1] : NULL;

	if (top && !top->is_list && !top->key.p)
		top->key = s;
}

static void take(struct walk *w, char c)
{
	switch (c) {
	case '{':
	case '[':
		if (w->n < JSON_DEPTH_MAX)
			w->levels[w->n++] = (struct level){
				.is_list = c == '['
			};
		break;
	case '}':
	case ']':
		w->n -= w->n > 0;
		break;
	case ',':
		if (!w->n)
			break;
		w->levels[w->n - 1].index++;
		w->levels[w->n - 1].key = STR_NONE;
		break;
	}
}

static void walk_to(struct walk *w, struct str text, size_t at)
{
	for (size_t i = 0, end; i < at && i < text.len; i = end) {
		if (text.p[i] != '"') {
			take(w, text.p[i]);
			end = i + 1;
			continue;
		}
		end = string_end(text, i);
		take_string(w, (struct str){ text.p + i, end - i });
	}
}

/* NULL: it is not valid. */
static json_t *read_key(struct str key)
{
	return key.p ? json_loadb(key.p, key.len, JSON_DECODE_ANY, NULL) : NULL;
}

void json_place(struct str text, size_t at, char field[ERR_FIELD_ROOM])
{
	struct walk w = { .n = 0 };
	size_t len = 0;

	walk_to(&w, text, at);
	field[0] = '\0';
	for (size_t i = 0; i < w.n && len < ERR_FIELD_ROOM; i++) {
		const struct level *l = &w.levels[i];
		const char *dot = len ? "." : "";
		json_t *key = read_key(l->key);

		if (!l->is_list && !key)
			break;
		if (l->is_list)
			len += (size_t)snprintf(field + len,
			    ERR_FIELD_ROOM - len, "%s%zu", dot, l->index);
		else
			len += (size_t)snprintf(field + len,
			    ERR_FIELD_ROOM - len, "%s%s", dot,
			    json_string_value(key));
		json_decref(key);
	}
}
