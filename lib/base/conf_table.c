#include "base/conf_table.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/conf_form.h"

#define DEFAULT_FILE "/etc/imcloud/imcloud.conf"
#define LINE_LEN     8192

/* The state of reading all sources; takes effect only if all are valid. */
struct load {
	const struct conf_table *table;
	struct arena *arena;
	char *values;
	const char *file; /* being read */
	int line;
	char msg[512];      /* the first error, or "" */
	struct buf *faults; /* NULL, or all errors: reading goes on after one */
	int n_faults;
};

static int __attribute__((format(printf, 2, 3)))
complain(struct load *l, const char *fmt, ...)
{
	char text[sizeof(l->msg)];
	va_list ap;

	if (l->msg[0])
		return -1;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (l->faults) {
		buf_printf(l->faults, "%s\n", text);
		l->n_faults++;
		return -1;
	}
	memcpy(l->msg, text, sizeof(text));
	return -1;
}

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

/* where: the name of the source, for messages. */
static int set_int(struct load *l, const char *where, const struct conf_key *k,
    const char *text, int64_t *out)
{
	if (!str_to_int(str_of(text), out))
		return complain(l, "%s: %s.%s: is not a whole number", where,
		    k->section, k->key);
	if (*out < k->min || *out > k->max)
		return complain(l,
		    "%s: %s.%s: %" PRId64 " is not within %" PRId64
		    " and %" PRId64,
		    where, k->section, k->key, *out, k->min, k->max);
	return 0;
}

/* The value may be a secret, so messages never contain it. */
static int check_str(struct load *l, const char *where,
    const struct conf_key *k, const char *text)
{
	int64_t len = (int64_t)strlen(text);

	if (!len && k->min > 0)
		return complain(l, "%s: %s.%s: must be set", where, k->section,
		    k->key);
	if (len < k->min)
		return complain(l,
		    "%s: %s.%s: is shorter than %" PRId64 " bytes", where,
		    k->section, k->key, k->min);
	if (k->max && len > k->max)
		return complain(l,
		    "%s: %s.%s: is longer than %" PRId64 " bytes", where,
		    k->section, k->key, k->max);
	return 0;
}

static int check_form(struct load *l, const char *where,
    const struct conf_key *k, const char *text)
{
	const char *why = conf_form_fault(k->unit, str_of(text));

	return why ? complain(l, "%s: %s.%s: %s", where, k->section, k->key,
			 why)
		   : 0;
}

static int set_value(struct load *l, const char *where,
    const struct conf_key *k, const char *text)
{
	void *value = l->values + k->offset;

	switch (k->type) {
	case CONF_INT:
		return set_int(l, where, k, text, value);
	case CONF_BOOL:
		if (to_bool(text, value))
			return 0;
		return complain(l, "%s: %s.%s: is neither yes nor no", where,
		    k->section, k->key);
	case CONF_STR:
		break;
	}
	if (check_str(l, where, k, text) < 0 ||
	    (l->faults && check_form(l, where, k, text) < 0))
		return -1;
	*(const char **)value = arena_cstr(l->arena, text);
	return 0;
}

static int unknown(struct load *l, const char *where, const char *section,
    const char *key)
{
	struct str name = arena_printf(l->arena, "%s.%s", section, key),
		   meant = STR_NONE;
	size_t best = CONF_FORM_FAR;

	for (size_t i = 0; l->faults && i < l->table->n_keys; i++) {
		const struct conf_key *k = &l->table->keys[i];
		struct str known = arena_printf(l->arena, "%s.%s", k->section,
		    k->key);
		size_t far = conf_form_distance(name, known);

		if (far < best) {
			best = far;
			meant = known;
		}
	}
	if (best == CONF_FORM_FAR)
		return complain(l, "%s: unknown key %s", where, name.p);
	return complain(l, "%s: unknown key %s; %s is meant?", where, name.p,
	    meant.p);
}

static int set(struct load *l, const char *where, const char *section,
    const char *key, const char *text)
{
	for (size_t i = 0; i < l->table->n_keys; i++) {
		const struct conf_key *k = &l->table->keys[i];

		if (!strcmp(k->section, section) && !strcmp(k->key, key))
			return set_value(l, where, k, text);
	}
	return unknown(l, where, section, key);
}

/* ---- files ---- */

/* inih expects 1 for success. */
static int on_line(void *user, const char *section, const char *name,
    const char *value)
{
	struct load *l = user;
	char where[300];

	snprintf(where, sizeof(where), "%s:%d", l->file, l->line);
	/* Of a check, only bad syntax is an error to inih. */
	return set(l, where, section, name, value) == 0 || l->faults;
}

/*
 * Debian builds inih without line numbers for the handler, so they are counted
 * here, where inih fetches its lines: the handler is called for the latest one.
 * inih would split a line that does not fit in two.
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
	 * No continuation lines, and no comments after a value, which would
	 * silently truncate a password.
	 */
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	ini_stop_on_first_error = !l->faults;
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

/* By bytes, unlike alphasort(): the order does not depend on the locale. */
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

/* ---- all sources ---- */

#define VARIABLE_MAX 128

static void variable(const struct conf_key *k, char name[VARIABLE_MAX])
{
	snprintf(name, VARIABLE_MAX, "IM_%s_%s", k->section, k->key);
	for (char *p = name; *p; p++)
		*p = isalnum((unsigned char)*p)
			 ? (char)toupper((unsigned char)*p)
			 : '_';
}

/* IMCLOUD_DB_PORT differs from IM_DB_PORT in nothing but its prefix. */
static bool has_long_prefix(struct str name, const char *known)
{
	static const char prefix[] = "IMCLOUD_";
	size_t n = sizeof(prefix) - 1;

	return name.len > n && !strncasecmp(name.p, prefix, n) &&
	       name.len - n == strlen(known) - 3 &&
	       !strncasecmp(name.p + n, known + 3, name.len - n);
}

static size_t variable_distance(struct str name, const char *known)
{
	return has_long_prefix(name, known)
		   ? 0
		   : conf_form_distance(name, str_of(known));
}

/* The setting that a variable of this name may have been meant for. */
static bool is_misspelt(const struct load *l, struct str name,
    char meant[VARIABLE_MAX])
{
	char known[VARIABLE_MAX] = "IMCLOUD_CONF";
	size_t best = conf_form_distance(name, str_of(known));

	if (str_is(name, known))
		return false;
	memcpy(meant, known, VARIABLE_MAX);
	for (size_t i = 0; i < l->table->n_keys; i++) {
		size_t far;

		variable(&l->table->keys[i], known);
		if (str_is(name, known))
			return false;
		far = variable_distance(name, known);
		if (far >= best)
			continue;
		best = far;
		memcpy(meant, known, VARIABLE_MAX);
	}
	return best < CONF_FORM_FAR;
}

/* Other variables are none of our business, even if they begin with IM_. */
static void check_environment(struct load *l)
{
	char meant[VARIABLE_MAX];

	for (char **e = environ; *e; e++) {
		struct str name = str_of(*e);

		name = str_cut(&name, '=');
		if (name.len > 2 && !strncasecmp(name.p, "im", 2) &&
		    is_misspelt(l, name, meant))
			complain(l, "%.*s: no such variable; %s is meant?",
			    STR_ARG(name), meant);
	}
}

static int read_environment(struct load *l)
{
	char name[VARIABLE_MAX];

	for (size_t i = 0; i < l->table->n_keys; i++) {
		const struct conf_key *k = &l->table->keys[i];
		const char *text;

		variable(k, name);
		text = getenv(name);
		if (text && set_value(l, name, k, text) < 0 && !l->faults)
			return -1;
	}
	return 0;
}

static int read_override(struct load *l, const char *text)
{
	struct str rest = str_of(text), name = str_cut(&rest, '='), key = name;
	struct str section = str_cut(&key, '.');

	/* The value may be a password: only the text before it is shown. */
	if (!rest.p || !key.p)
		return complain(l, "-o %.*s: not section.key=value",
		    STR_ARG(name));
	return set(l, "-o", arena_str(l->arena, str_trim(section)).p,
	    arena_str(l->arena, str_trim(key)).p, rest.p);
}

/* A default may be invalid, to make the setting mandatory. */
static int check_defaults(struct load *l, const char *file)
{
	for (size_t i = 0; i < l->table->n_keys; i++) {
		const struct conf_key *k = &l->table->keys[i];
		const void *value = l->values + k->offset;

		if (k->type == CONF_STR &&
		    check_str(l, file, k, *(const char *const *)value) < 0 &&
		    !l->faults)
			return -1;
	}
	return 0;
}

static int read_all(struct load *l, const char *file,
    const char *const *overrides, size_t n_overrides)
{
	bool may_miss = false;

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
		if (read_override(l, overrides[i]) < 0 && !l->faults)
			return -1;
	}
	return check_defaults(l, file);
}

int conf_table_read(const struct conf_table *t, struct arena *a,
    const char *file, const char *const *overrides, size_t n_overrides,
    void *values_out, char *msg_out, size_t msg_len)
{
	struct load l = { .table = t,
		.arena = a,
		.values = arena_alloc(a, t->size) };
	int rc;

	memcpy(l.values, t->defaults, t->size);
	rc = read_all(&l, file, overrides, n_overrides);
	snprintf(msg_out, msg_len, "%s", l.msg);
	if (rc == 0)
		memcpy(values_out, l.values, t->size);
	return rc;
}

int conf_table_check(const struct conf_table *t, const char *file,
    const char *const *overrides, size_t n_overrides, struct buf *faults_out)
{
	struct arena scratch;
	struct load l = { .table = t, .arena = &scratch, .faults = faults_out };

	arena_init(&scratch);
	l.values = arena_alloc(&scratch, t->size);
	memcpy(l.values, t->defaults, t->size);
	read_all(&l, file, overrides, n_overrides);
	check_environment(&l);
	arena_release(&scratch);
	return l.n_faults;
}
