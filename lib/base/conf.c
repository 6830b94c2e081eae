#include "base/conf.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

#define DEFAULT_FILE "/etc/imcloud/imcloud.conf"
#define SETTINGS_MAX 512
#define LINE_LEN     8192

/* The keys of all tables, in order of registration. */
static const struct conf_key *settings[SETTINGS_MAX];
static size_t n_settings;

/* Holds the loaded strings; never released, since anybody may point there. */
static struct arena values;

/* One reading of all sources, before anything of it takes effect. */
struct load {
	struct arena *arena;
	const char *text[SETTINGS_MAX]; /* NULL: the default */
	const char *file;               /* being read */
	int line;
	char msg[512]; /* the first complaint, or "" */
};

static bool to_bool(const char *text, bool *out)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		*out = strcasecmp(text, yes[i]) == 0;
		if (*out || strcasecmp(text, no[i]) == 0)
			return true;
	}
	return false;
}

/* "" when text is a good value for the key, else what is wrong with it. */
static const char *value_fault(const struct conf_key *k, const char *text,
    char dst[256])
{
	size_t len = strlen(text);
	int64_t n;
	bool b;

	dst[0] = '\0';
	switch (k->type) {
	case CONF_INT:
		if (!str_to_int(str_of(text), &n))
			snprintf(dst, 256, "\"%.40s\" is no whole number",
			    text);
		else if (n < k->min || n > k->max)
			snprintf(dst, 256,
			    "%" PRId64 " is not within %" PRId64
			    " and %" PRId64,
			    n, k->min, k->max);
		break;
	case CONF_BOOL:
		if (!to_bool(text, &b))
			snprintf(dst, 256, "\"%.40s\" is neither yes nor no",
			    text);
		break;
	case CONF_STR: /* may be a secret: never shown */
		if (!len && k->min > 0)
			snprintf(dst, 256, "must be set");
		else if ((int64_t)len < k->min)
			snprintf(dst, 256, "is shorter than %" PRId64 " bytes",
			    k->min);
		else if (k->max && (int64_t)len > k->max)
			snprintf(dst, 256, "is longer than %" PRId64 " bytes",
			    k->max);
		break;
	}
	return dst;
}

/* text has been checked. */
static void take_effect(const struct conf_key *k, const char *text)
{
	switch (k->type) {
	case CONF_INT:
		str_to_int(str_of(text), k->dst);
		break;
	case CONF_BOOL:
		to_bool(text, k->dst);
		break;
	case CONF_STR:
		*(const char **)k->dst = text;
		break;
	}
}

static ptrdiff_t find_setting(const char *section, const char *key)
{
	for (size_t i = 0; i < n_settings; i++) {
		if (!strcmp(settings[i]->section, section) &&
		    !strcmp(settings[i]->key, key))
			return (ptrdiff_t)i;
	}
	return -1;
}

void conf_register(const struct conf_key *table)
{
	char fault[256];

	for (const struct conf_key *k = table; k->section; k++) {
		if (find_setting(k->section, k->key) >= 0)
			BUG("setting %s.%s registered twice", k->section,
			    k->key);
		if (!k->def || !k->dst || n_settings == SETTINGS_MAX)
			BUG("setting %s.%s has no default, place or room",
			    k->section, k->key);
		/* A string whose default is bad is one that must be set. */
		if (k->type != CONF_STR && *value_fault(k, k->def, fault))
			BUG("default of %s.%s: %s", k->section, k->key, fault);
		settings[n_settings++] = k;
		take_effect(k, k->def);
	}
}

static int __attribute__((format(printf, 2, 3)))
complain(struct load *l, const char *fmt, ...)
{
	va_list ap;

	if (l->msg[0])
		return -1;
	va_start(ap, fmt);
	vsnprintf(l->msg, sizeof(l->msg), fmt, ap);
	va_end(ap);
	return -1;
}

/* where: names the source, for messages. */
static int set(struct load *l, const char *where, const char *section,
    const char *key, const char *value)
{
	ptrdiff_t at = find_setting(section, key);
	char fault[256];

	if (at < 0)
		return complain(l, "%s: unknown key %s.%s", where, section,
		    key);
	if (*value_fault(settings[at], value, fault))
		return complain(l, "%s: %s.%s: %s", where, section, key, fault);
	l->text[at] = arena_cstr(l->arena, value);
	return 0;
}

/* 1 is inih's word for success. */
static int on_line(void *user, const char *section, const char *name,
    const char *value)
{
	struct load *l = user;
	char where[300];

	snprintf(where, sizeof(where), "%s:%d", l->file, l->line);
	return set(l, where, section, name, value) == 0;
}

/*
 * Debian builds inih without line numbers for the handler, so they are
 * counted here, where inih fetches its lines: the handler is called for the
 * newest one.  A line that does not fit would go on as two.
 */
struct source {
	struct load *load;
	FILE *stream;
};

static char *next_line(char *dst, int len, void *user)
{
	struct source *src = user;
	struct load *l = src->load;

	if (l->msg[0] || !fgets(dst, len, src->stream))
		return NULL;
	l->line++;
	if (!strchr(dst, '\n') && !feof(src->stream)) {
		complain(l, "%s:%d: longer than %d bytes, or a NUL byte",
		    l->file, l->line, LINE_LEN - 2);
		return NULL;
	}
	return dst;
}

static int read_file(struct load *l, const char *file, bool may_miss)
{
	struct source src = { l, fopen(file, "re") };
	int rc;

	if (!src.stream)
		return may_miss && errno == ENOENT
			   ? 0
			   : complain(l, "%s: %s", file, strerror(errno));
	l->file = file;
	l->line = 0;
	/*
	 * Off: continued lines, and comments behind a value, which would cut
	 * a password in silence.
	 */
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	ini_stop_on_first_error = true;
	ini_use_stack = false;
	ini_allow_realloc = false;
	ini_initial_alloc = LINE_LEN;
	ini_max_line = LINE_LEN;
	rc = ini_parse_stream(next_line, &src, on_line, l);
	if (ferror(src.stream))
		complain(l, "%s: %s", file, strerror(errno));
	else if (rc > 0)
		complain(l, "%s:%d: neither [section] nor key = value", file,
		    rc);
	else if (rc < 0)
		complain(l, "%s: out of memory", file);
	fclose(src.stream);
	return l->msg[0] ? -1 : 0;
}

static int is_conf_name(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return d->d_name[0] != '.' && len > 5 &&
	       !strcmp(d->d_name + len - 5, ".conf");
}

/* Bytes, not alphasort(): the same order whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_dir(struct load *l, const char *dir)
{
	struct dirent **names;
	int n = scandir(dir, &names, is_conf_name, by_name);

	if (n < 0)
		return errno == ENOENT
			   ? 0
			   : complain(l, "%s: %s", dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (!l->msg[0])
			read_file(l,
			    arena_printf(l->arena, "%s/%s", dir,
				names[i]->d_name)
				.p,
			    false);
		free(names[i]);
	}
	free(names);
	return l->msg[0] ? -1 : 0;
}

static int read_environment(struct load *l)
{
	char name[128];

	for (size_t i = 0; i < n_settings; i++) {
		const struct conf_key *k = settings[i];
		const char *value;

		snprintf(name, sizeof(name), "IM_%s_%s", k->section, k->key);
		for (char *p = name; *p; p++)
			*p = isalnum((unsigned char)*p)
				 ? (char)toupper((unsigned char)*p)
				 : '_';
		value = getenv(name);
		if (value && set(l, name, k->section, k->key, value) < 0)
			return -1;
	}
	return 0;
}

static int read_override(struct load *l, const char *text)
{
	struct str rest = str_of(text), name = str_cut(&rest, '='), key = name;
	struct str section = str_cut(&key, '.');

	/* The value may be a password: only what stands before it is shown. */
	if (!rest.p || !key.p)
		return complain(l, "-o %.*s: not section.key=value",
		    STR_ARG(name));
	return set(l, "-o", arena_str(l->arena, str_trim(section)).p,
	    arena_str(l->arena, str_trim(key)).p, rest.p);
}

/* Each source over the one before. */
static int read_all(struct load *l, const char *file,
    const char *const *overrides, size_t n_overrides)
{
	bool may_miss = false;
	char fault[256];

	if (!file)
		file = getenv("IMCLOUD_CONF");
	if (!file || !*file) {
		file = DEFAULT_FILE;
		may_miss = true;
	}
	if (read_file(l, file, may_miss) < 0 ||
	    read_dir(l, arena_printf(l->arena, "%s.d", file).p) < 0 ||
	    read_environment(l) < 0)
		return -1;
	for (size_t i = 0; i < n_overrides; i++) {
		if (read_override(l, overrides[i]) < 0)
			return -1;
	}
	for (size_t i = 0; i < n_settings; i++) {
		const struct conf_key *k = settings[i];

		if (!l->text[i] && *value_fault(k, k->def, fault))
			return complain(l, "%s: %s.%s: %s", file, k->section,
			    k->key, fault);
	}
	return 0;
}

void conf_load(const char *file, const char *const *overrides, size_t n)
{
	struct load l = { .arena = &values };

	if (read_all(&l, file, overrides, n) < 0)
		die(EX_CONFIG, "%s", l.msg);
	for (size_t i = 0; i < n_settings; i++)
		take_effect(settings[i],
		    l.text[i] ? l.text[i] : settings[i]->def);
}

int conf_check(const char *file, char *msg_out, size_t msg_len)
{
	struct arena scratch;
	struct load l = { .arena = &scratch };
	int rc;

	arena_init(&scratch);
	rc = read_all(&l, file, NULL, 0);
	snprintf(msg_out, msg_len, "%s", l.msg);
	arena_release(&scratch);
	return rc;
}

static bool differs(const struct conf_key *k)
{
	int64_t n;
	bool b;

	switch (k->type) {
	case CONF_INT:
		return !str_to_int(str_of(k->def), &n) ||
		       n != *(int64_t *)k->dst;
	case CONF_BOOL:
		return !to_bool(k->def, &b) || b != *(bool *)k->dst;
	case CONF_STR:
		break;
	}
	return strcmp(k->def, *(const char **)k->dst) != 0;
}

static void print_value(struct buf *out, const struct conf_key *k)
{
	buf_printf(out, "%s = ", k->key);
	switch (k->type) {
	case CONF_INT:
		buf_int(out, *(int64_t *)k->dst);
		break;
	case CONF_BOOL:
		buf_cstr(out, *(bool *)k->dst ? "yes" : "no");
		break;
	case CONF_STR:
		buf_cstr(out, *(const char **)k->dst);
		break;
	}
	buf_char(out, '\n');
}

static void print_example(struct buf *out, const struct conf_key *k)
{
	buf_printf(out, "# %s\n", k->text ? k->text : "");
	if (k->type == CONF_INT)
		buf_printf(out, "# %" PRId64 " to %" PRId64 "%s%s.\n", k->min,
		    k->max, k->unit && *k->unit ? " " : "",
		    k->unit ? k->unit : "");
	buf_printf(out, "#%s =%s%s\n", k->key, *k->def ? " " : "", k->def);
}

static bool any(const struct conf_key *k)
{
	(void)k;
	return true;
}

/* Several modules may have keys in one section: it is printed once. */
static void print_sections(struct buf *out,
    bool (*wanted)(const struct conf_key *),
    void (*print)(struct buf *, const struct conf_key *))
{
	bool done[SETTINGS_MAX] = { false };

	for (size_t i = 0; i < n_settings; i++) {
		if (done[i] || !wanted(settings[i]))
			continue;
		buf_printf(out, "%s[%s]\n", out->len ? "\n" : "",
		    settings[i]->section);
		for (size_t j = i; j < n_settings; j++) {
			if (strcmp(settings[i]->section, settings[j]->section))
				continue;
			done[j] = true;
			if (wanted(settings[j]))
				print(out, settings[j]);
		}
	}
}

void conf_print_defaults(struct buf *out)
{
	print_sections(out, any, print_example);
}

void conf_print_differences(struct buf *out)
{
	print_sections(out, differs, print_value);
}

void conf_print_all(struct buf *out)
{
	print_sections(out, any, print_value);
}
