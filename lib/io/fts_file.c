#include "io/fts_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/crypto.h"
#include "base/hash.h"

int fts_file_parts(void)
{
	return (int)conf.search.shards;
}

int fts_file_part(int64_t log_id)
{
	return (int)((hash_u64((uint64_t)log_id) >> 32) %
		     (uint64_t)fts_file_parts());
}

static struct str path_of(struct arena *a, int part, const char *suffix)
{
	return arena_printf(a, "%s/%d-%d.%s", conf.search.dir, part + 1,
	    fts_file_parts(), suffix);
}

/* The name that a link has; STR_NONE: there is no link. */
static struct str target(struct arena *a, int part, const char *link)
{
	char name[NAME_MAX + 1];
	ssize_t n = readlink(path_of(a, part, link).p, name, sizeof(name));

	if (n <= 0 || n >= (ssize_t)sizeof(name) ||
	    memchr(name, '/', (size_t)n))
		return STR_NONE;
	return arena_str(a, (struct str){ name, (size_t)n });
}

static const char *linked(struct arena *a, int part, const char *link)
{
	struct str name = target(a, part, link);

	return name.p
		   ? arena_printf(a, "%s/%.*s", conf.search.dir, STR_ARG(name))
			 .p
		   : NULL;
}

const char *fts_file_current(struct arena *a, int part)
{
	return linked(a, part, "current");
}

const char *fts_file_next(struct arena *a, int part)
{
	return linked(a, part, "next");
}

static int fail(struct error *err, const char *what)
{
	return err_set(err, ERR_BUSY, "search index: %s: %m", what);
}

/* So that names survive a loss of power in the order of their changes. */
static int sync_dir(struct error *err)
{
	int fd = open(conf.search.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (rc < 0)
		fail(err, "the directory");
	if (fd >= 0)
		close(fd);
	return rc;
}

int fts_file_make_next(struct arena *a, int part, const char **path_out,
    struct error *err)
{
	uint64_t r;
	struct str name;
	const char *temporary = path_of(a, part, "making").p;

	(void)mkdir(conf.search.dir, 0750);
	crypto_random(&r, sizeof(r));
	name = arena_printf(a, "%d-%d.%016" PRIx64 ".db", part + 1,
	    fts_file_parts(), r);
	(void)unlink(temporary);
	if (symlink(name.p, temporary) < 0 ||
	    rename(temporary, path_of(a, part, "next").p) < 0)
		return fail(err, "a new file");
	*path_out = arena_printf(a, "%s/%s", conf.search.dir, name.p).p;
	return sync_dir(err);
}

static void remove_file(struct arena *a, const char *path)
{
	if (!path)
		return;
	(void)unlink(path);
	(void)unlink(arena_printf(a, "%s-wal", path).p);
	(void)unlink(arena_printf(a, "%s-shm", path).p);
}

int fts_file_switch(struct arena *a, int part, struct error *err)
{
	const char *old = fts_file_current(a, part);

	if (rename(path_of(a, part, "next").p, path_of(a, part, "current").p) <
	    0)
		return fail(err, "the new file");
	if (sync_dir(err) < 0)
		return -1;
	remove_file(a, old);
	return 0;
}

void fts_file_forget(struct arena *a, int part, bool next)
{
	const char *link = next ? "next" : "current";
	const char *path = linked(a, part, link);

	(void)unlink(path_of(a, part, link).p);
	remove_file(a, path);
}

static bool is_of(struct str name, struct str file)
{
	return name.p && file.len >= name.len &&
	       !memcmp(file.p, name.p, name.len);
}

void fts_file_tidy(struct arena *a, int part)
{
	struct str current = target(a, part, "current");
	struct str next = target(a, part, "next");
	struct str head = arena_printf(a, "%d-%d.", part + 1, fts_file_parts());
	DIR *dir = opendir(conf.search.dir);
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		struct str file = str_of(d->d_name);

		if (!is_of(head, file) || !strstr(d->d_name, ".db") ||
		    is_of(current, file) || is_of(next, file))
			continue;
		(void)unlink(
		    arena_printf(a, "%s/%s", conf.search.dir, d->d_name).p);
	}
	if (dir)
		closedir(dir);
}

static const char *const asked[] = {
	[FTS_ASK_REBUILD] = "rebuild",
	[FTS_ASK_OPTIMIZE] = "optimize",
};

int fts_file_ask(struct arena *a, int part, enum fts_ask what,
    struct error *err)
{
	int fd;

	(void)mkdir(conf.search.dir, 0750);
	fd = open(path_of(a, part, asked[what]).p,
	    O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0)
		return fail(err, "a request");
	close(fd);
	return 0;
}

bool fts_file_is_asked(struct arena *a, int part, enum fts_ask what)
{
	return access(path_of(a, part, asked[what]).p, F_OK) == 0;
}

void fts_file_unask(struct arena *a, int part, enum fts_ask what)
{
	(void)unlink(path_of(a, part, asked[what]).p);
}
