#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "migrate.h"

#define FILE_MAX  (4 * 1024 * 1024)
#define FILES_MAX 9999

static int is_sql_name(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return d->d_name[0] >= '0' && d->d_name[0] <= '9' && len > 4 &&
	       !strcmp(d->d_name + len - 4, ".sql");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_file(struct arena *a, const char *path, struct str *out,
    struct error *err)
{
	FILE *f = fopen(path, "re");
	struct buf b;
	int rc = 0;

	if (!f)
		return err_set(err, ERR_NOT_FOUND, "%s", strerror(errno));
	buf_init(&b);
	while (!feof(f) && !ferror(f) && b.len <= FILE_MAX) {
		char *p = buf_reserve(&b, 65536);

		buf_added(&b, fread(p, 1, 65536, f));
	}
	if (ferror(f) || b.len > FILE_MAX)
		rc = err_set(err, ERR_INVALID_ARGUMENT,
		    "cannot be read, or is larger than %d bytes", FILE_MAX);
	else
		*out = arena_str(a, buf_view(&b));
	buf_release(&b);
	fclose(f);
	return rc;
}

/* The length of the comment at p; 0: none, -1: not closed. */
static ptrdiff_t comment_len(const char *p, size_t left)
{
	const char *end;

	if (*p == '#' || (left >= 3 && !memcmp(p, "--", 2) && p[2] <= ' ')) {
		end = memchr(p, '\n', left);
		return end ? end - p + 1 : (ptrdiff_t)left;
	}
	if (left >= 2 && !memcmp(p, "/*", 2)) {
		end = memmem(p + 2, left - 2, "*/", 2);
		return end ? end - p + 2 : -1;
	}
	return 0;
}

/* The length of the quoted text at p; -1 if it is not closed. */
static ptrdiff_t quote_len(const char *p, size_t left)
{
	char quote = *p;

	for (size_t i = 1; i < left; i++) {
		if (p[i] == '\\' && quote != '`')
			i++;
		else if (p[i] == quote)
			return (ptrdiff_t)i + 1; /* '' is an escaped quote */
	}
	return -1;
}

static void add_statement(struct arena *a, struct str s, struct str **list,
    size_t *n, size_t *cap)
{
	if (*n == *cap) {
		struct str *more;

		*cap = *cap ? 2 * *cap : 32;
		more = ARENA_ARRAY(a, *cap, struct str);
		if (*n)
			memcpy(more, *list, *n * sizeof(*more));
		*list = more;
	}
	(*list)[(*n)++] = str_trim(s);
}

/*
 * Splits SQL text at the semicolons that end statements, not those within
 * quotes and comments.  -1 if a quote or comment is not closed or the last
 * statement has no semicolon.
 */
static int split(struct arena *a, struct str text, struct str **out,
    size_t *n_out, struct error *err)
{
	size_t begin = 0, n = 0, cap = 0;
	bool any = false; /* anything but blanks and comments since begin */
	struct str *list = NULL;

	for (size_t i = 0; i < text.len;) {
		const char *p = text.p + i;
		ptrdiff_t len = comment_len(p, text.len - i);

		if (!len && strchr("'\"`", *p) && *p) {
			len = quote_len(p, text.len - i);
			any = true;
		}
		if (len < 0)
			return err_set(err, ERR_INVALID_ARGUMENT,
			    "a quote or comment is not closed");
		if (len) {
			i += (size_t)len;
			continue;
		}
		if (*p == ';' && any) {
			add_statement(a,
			    (struct str){ text.p + begin, i - begin }, &list,
			    &n, &cap);
			any = false;
			begin = i + 1;
		} else if (*p > ' ') {
			any = true;
		}
		i++;
	}
	if (any)
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "the last statement has no semicolon");
	*out = list;
	*n_out = n;
	return 0;
}

/* "0001_first.sql": a version of four digits and a title. */
static int parse_name(struct arena *a, const char *name, struct migration *m)
{
	struct str s = str_of(name), number = str_cut(&s, '_');

	while (number.len > 1 && *number.p == '0')
		number = (struct str){ number.p + 1, number.len - 1 };
	if (strspn(name, "0123456789") != 4 || name[4] != '_' || s.len < 5 ||
	    !str_to_int(number, &m->version) || m->version < 1)
		return -1;
	m->title = arena_str(a, (struct str){ s.p, s.len - 4 });
	return str_is_alnum_or(m->title, "_-") && m->title.len <= 64 ? 0 : -1;
}

static int load(struct arena *a, const char *dir, const char *name,
    struct migration *m, struct error *err)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	struct str text;

	if (parse_name(a, name, m) < 0)
		return err_field(err, ERR_INVALID_ARGUMENT, name,
		    "%s: not NNNN_title.sql", name);
	m->path = arena_printf(a, "%s/%s", dir, name);
	if (read_file(a, m->path.p, &text, err) < 0 ||
	    split(a, text, &m->statements, &m->n_statements, err) < 0)
		return err_field(err, err->code, name, "%s: %s", name,
		    err->detail);
	crypto_sha256(hash, text);
	m->checksum = crypto_hex(a, hash, sizeof(hash));
	return 0;
}

int migration_files(struct arena *a, const char *dir, struct migration **out,
    size_t *n_out, struct error *err)
{
	struct dirent **names;
	int n = scandir(dir, &names, is_sql_name, by_name), rc = 0;
	struct migration *list;

	if (n < 0)
		return err_set(err, ERR_NOT_FOUND, "%s: %s", dir,
		    strerror(errno));
	if (n > FILES_MAX)
		BUG("%d migrations", n);
	list = ARENA_ARRAY(a, (size_t)n, struct migration);
	for (int i = 0; i < n; i++) {
		if (!rc)
			rc = load(a, dir, names[i]->d_name, &list[i], err);
		if (!rc && i && list[i].version == list[i - 1].version)
			rc = err_set(err, ERR_INVALID_ARGUMENT,
			    "two migrations %04d", (int)list[i].version);
		free(names[i]);
	}
	free(names);
	*out = list;
	*n_out = (size_t)n;
	return rc;
}
