#include "export_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"

#define PREFIX  "export-"
#define DAY_MS  (INT64_C(24) * 3600 * 1000)
#define PART    ".part"
#define WHOLE   ".jsonl"
#define OPEN_AS (O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW)

int64_t export_file_keep_ms(void)
{
	return conf.export.keep_days * DAY_MS;
}

static const char *path_of(struct arena *a, struct str name, const char *suffix)
{
	return arena_printf(a, "%s/%.*s%s", conf.export.dir, STR_ARG(name),
	    suffix)
	    .p;
}

static int fail(struct error *err, const char *what)
{
	return err_set(err, ERR_INTERNAL, "export file: %s: %m", what);
}

static int64_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? -1 : st.st_size;
}

/* 1, 0 somebody else has it, or it was unlinked meanwhile. */
static int lock(int fd)
{
	struct stat st;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? 0 : -1;
	return fstat(fd, &st) < 0 ? -1 : st.st_nlink > 0;
}

static int open_part(struct export_file *f)
{
	int locked;

	f->fd = open(f->part, OPEN_AS, 0600);
	if (f->fd < 0)
		return -1;
	locked = lock(f->fd);
	if (locked != 0)
		return locked < 0 ? -1 : 0;
	export_file_close(f);
	(void)unlink(f->part);
	f->fd = open(f->part, OPEN_AS | O_EXCL, 0600);
	return f->fd < 0 || lock(f->fd) <= 0 ? -1 : 0;
}

int export_file_open(struct export_file *f, struct arena *a, struct str name,
    int64_t bytes, int64_t *bytes_out, struct error *err)
{
	struct stat st;

	*f = (struct export_file){ .fd = -1,
		.part = path_of(a, name, PART),
		.path = path_of(a, name, WHOLE) };
	*bytes_out = bytes;
	(void)mkdir(conf.export.dir, 0700);
	f->is_complete = bytes > 0 && size_of(f->part) < 0 &&
			 size_of(f->path) == bytes;
	if (f->is_complete)
		return 0;
	if (open_part(f) < 0 || fstat(f->fd, &st) < 0)
		return fail(err, "open");
	if (st.st_size < bytes)
		*bytes_out = 0;
	if (ftruncate(f->fd, *bytes_out) < 0)
		return fail(err, "truncate");
	return 0;
}

int export_file_write(struct export_file *f, int64_t at, struct str text,
    struct error *err)
{
	while (text.len) {
		ssize_t n = pwrite(f->fd, text.p, text.len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(err, "write");
		text.p += n;
		text.len -= (size_t)n;
		at += n;
	}
	return fdatasync(f->fd) < 0 ? fail(err, "write") : 0;
}

static int sync_dir(struct error *err)
{
	int fd = open(conf.export.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (rc < 0)
		fail(err, "the directory");
	if (fd >= 0)
		close(fd);
	return rc;
}

int export_file_finish(struct export_file *f, struct error *err)
{
	if (!f->is_complete &&
	    (fsync(f->fd) < 0 || rename(f->part, f->path) < 0))
		return fail(err, "finish");
	return sync_dir(err);
}

void export_file_close(struct export_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

int export_file_remove(struct arena *a, struct str name, struct error *err)
{
	const char *const suffixes[] = { PART, WHOLE };

	for (int i = 0; i < 2; i++)
		if (unlink(path_of(a, name, suffixes[i])) < 0 &&
		    errno != ENOENT)
			return fail(err, "remove");
	return 0;
}

void export_file_tidy(struct arena *a)
{
	int64_t before_ms = clock_now_ms() - export_file_keep_ms() - DAY_MS;
	DIR *dir = opendir(conf.export.dir);
	struct dirent *d;
	struct stat st;
	int n = 0;

	while (dir && (d = readdir(dir))) {
		const char *path = path_of(a, str_of(d->d_name), "");

		if (!str_starts(str_of(d->d_name), PREFIX) ||
		    stat(path, &st) < 0 ||
		    (int64_t)st.st_mtime * 1000 >= before_ms)
			continue;
		n += unlink(path) == 0;
	}
	if (dir)
		closedir(dir);
	if (n)
		log_info("export_tidy", "removed=%d", n);
}
