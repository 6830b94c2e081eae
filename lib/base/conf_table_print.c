#include "base/conf_table_print.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static bool is_same(const struct conf_key *k, const void *x, const void *y)
{
	switch (k->type) {
	case CONF_INT:
		return *(const int64_t *)x == *(const int64_t *)y;
	case CONF_BOOL:
		return *(const bool *)x == *(const bool *)y;
	case CONF_STR:
		break;
	}
	return !strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* "key = value"; "key =" for an empty string. */
static void print_value(struct buf *out, const struct conf_key *k,
    const void *value)
{
	const char *text;

	buf_printf(out, "%s =", k->key);
	switch (k->type) {
	case CONF_INT:
		buf_printf(out, " %" PRId64, *(const int64_t *)value);
		break;
	case CONF_BOOL:
		buf_cstr(out, *(const bool *)value ? " yes" : " no");
		break;
	case CONF_STR:
		text = *(const char *const *)value;
		buf_printf(out, "%s%s", *text ? " " : "", text);
		break;
	}
	buf_char(out, '\n');
}

static void print_example(struct buf *out, const struct conf_key *k,
    const void *def)
{
	buf_printf(out, "# %s\n", k->text);
	if (k->type == CONF_INT)
		buf_printf(out, "# %" PRId64 " to %" PRId64 "%s%s.\n", k->min,
		    k->max, *k->unit ? " " : "", k->unit);
	buf_char(out, '#');
	print_value(out, k, def);
}

void conf_table_print(const struct conf_table *t, const void *values,
    enum conf_print what, struct buf *out)
{
	const char *section = "";

	for (size_t i = 0; i < t->n_keys; i++) {
		const struct conf_key *k = &t->keys[i];
		const char *value = (const char *)values + k->offset;
		const char *def = (const char *)t->defaults + k->offset;

		if (what == CONF_PRINT_DIFFERENCES && is_same(k, value, def))
			continue;
		if (strcmp(section, k->section) != 0)
			buf_printf(out, "%s[%s]\n", out->len ? "\n" : "",
			    k->section);
		section = k->section;
		if (what == CONF_PRINT_EXAMPLE)
			print_example(out, k, def);
		else
			print_value(out, k, value);
	}
}
