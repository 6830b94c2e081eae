#include "base/stat.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/log.h"

/*
 * A counter fills a cache line, so that threads that update different counters
 * do not contend.  It has its name, so that files written with another version
 * of stat.def are summed correctly.
 */
struct slot {
	int64_t value;
	char name[56];
};

/*
 * Locks: a live process holds flock(2) on its own file.  The kernel releases it
 * however the process ends; the pid would not do, as it may have been reused.
 * <prog>.lock, exclusive, guards creating, folding and removing files of prog;
 * shared, it lets a reader sum them without missing one or counting one twice.
 */
#define STAT_MAGIC UINT64_C(0x3130746174736d69) /* "imstat01" */

struct stat_file {
	uint64_t magic;
	uint64_t n;
	/*
	 * In a process's file: unique to it.  In <prog>.past: the id of the
	 * file that was added last.  A process killed between adding and
	 * removing a file leaves one that must not be added again.
	 */
	uint64_t id;
	uint64_t spare[5]; /* slots begin on a cache line */
	struct slot slots[STAT_MAX];
};

#define SLOTS_AT ((ssize_t)offsetof(struct stat_file, slots))

struct stat_def {
	enum stat_kind kind;
	const char *symbol;
	const char *name;
	const char *help;
};

static const struct stat_def defs[STAT_MAX] = {
#define S(symbol, kind, name, help) \
	[STAT_##symbol] = { STAT_##kind, #symbol, name, help },
#include "base/stat.def"
#undef S
};

static struct stat_file private_file;
static struct stat_file *mine = &private_file;
static char my_prog[64];

static void file_init(struct stat_file *f, uint64_t id)
{
	f->magic = STAT_MAGIC;
	f->n = STAT_MAX;
	f->id = id;
	for (size_t i = 0; i < STAT_MAX; i++)
		snprintf(f->slots[i].name, sizeof(f->slots[i].name), "%s",
		    defs[i].symbol);
}

/*
 * Adds the counters of the open file, gauges only if asked, and returns its id.
 * Adds nothing and returns 0 if its process was killed while creating it, or if
 * its id is `except`.
 */
static uint64_t sum_fd(int fd, int64_t sums[STAT_MAX], bool gauges,
    uint64_t except)
{
	struct stat_file head;
	struct slot slot;

	if (pread(fd, &head, SLOTS_AT, 0) != SLOTS_AT ||
	    head.magic != STAT_MAGIC || (except && head.id == except))
		return 0;
	for (uint64_t i = 0; i < head.n; i++) {
		off_t at = SLOTS_AT + (off_t)(i * sizeof(slot));
		size_t id = i < STAT_MAX ? (size_t)i : 0;

		if (pread(fd, &slot, sizeof(slot), at) != sizeof(slot))
			break;
		slot.name[sizeof(slot.name) - 1] = '\0';
		/* Nearly always at the same index. */
		for (size_t tries = 0; tries < STAT_MAX; tries++) {
			if (!strcmp(defs[id].symbol, slot.name)) {
				if (gauges || defs[id].kind == STAT_COUNTER)
					sums[id] += slot.value;
				break;
			}
			id = (id + 1) % STAT_MAX;
		}
	}
	return head.id;
}

/* Is the process that created this file alive? */
static bool is_held(int fd)
{
	if (flock(fd, LOCK_SH | LOCK_NB) < 0)
		return true;
	flock(fd, LOCK_UN);
	return false;
}

/* Is name "<prog>.<digits>"?  NULL prog: any; *len_out is its length. */
static bool is_process_file(const char *name, const char *prog, size_t *len_out)
{
	const char *dot = strrchr(name, '.');
	const char *p = dot ? dot + 1 : "";

	if (!*p || dot == name)
		return false;
	for (; *p; p++) {
		if (!isdigit((unsigned char)*p))
			return false;
	}
	*len_out = (size_t)(dot - name);
	return !prog ||
	       (strlen(prog) == *len_out && !memcmp(prog, name, *len_out));
}

/* Replaced by rename(2), so that no reader sees a partial file. */
static int past_write(int dir, const char *prog, const struct stat_file *past)
{
	char name[80], tmp[80];
	int fd, rc = -1;

	snprintf(name, sizeof(name), "%s.past", prog);
	snprintf(tmp, sizeof(tmp), "%s.tmp", prog);
	fd = openat(dir, tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -1;
	if (write(fd, past, sizeof(*past)) == (ssize_t)sizeof(*past))
		rc = renameat(dir, tmp, dir, name);
	close(fd);
	return rc;
}

/* All zero if there is no such file yet. */
static void past_read(int dir, const char *prog, struct stat_file *past)
{
	int64_t sums[STAT_MAX] = { 0 };
	uint64_t id = 0;
	char name[80];
	int fd;

	snprintf(name, sizeof(name), "%s.past", prog);
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		id = sum_fd(fd, sums, false, 0);
		close(fd);
	}
	memset(past, 0, sizeof(*past));
	file_init(past, id);
	for (size_t i = 0; i < STAT_MAX; i++)
		past->slots[i].value = sums[i];
}

/*
 * Under <prog>.lock.  Writes the sum, with the id of the file that was added,
 * before it removes the file: after a kill in between, the id prevents adding
 * it twice.
 */
static void fold_file(int dir, const char *prog, const char *name,
    struct stat_file *past)
{
	uint64_t id, before = past->id;
	int64_t sums[STAT_MAX] = { 0 };
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc = 0;

	if (fd < 0)
		return;
	if (is_held(fd))
		goto out;
	id = sum_fd(fd, sums, false, 0);
	if (id) {
		for (size_t i = 0; i < STAT_MAX; i++)
			past->slots[i].value += sums[i];
		past->id = id;
		rc = past_write(dir, prog, past);
	}
	if (rc == 0) {
		unlinkat(dir, name, 0);
		goto out;
	}
	log_warn("stat_fold", "file=%s error=\"%m\"", name);
	for (size_t i = 0; i < STAT_MAX; i++)
		past->slots[i].value -= sums[i];
	past->id = before;
out:
	close(fd);
}

/* Removes a file that was added by a process killed before the removal. */
static void finish_fold(int dir, const char *name, uint64_t id)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat_file head;

	if (fd < 0)
		return;
	if (pread(fd, &head, SLOTS_AT, 0) == SLOTS_AT &&
	    head.magic == STAT_MAGIC && head.id == id && !is_held(fd))
		unlinkat(dir, name, 0);
	close(fd);
}

static DIR *open_names(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d && fd >= 0)
		close(fd);
	return d;
}

static void fold_dead(int dir, const char *prog)
{
	struct stat_file past;
	struct dirent *e;
	DIR *d = open_names(dir);
	size_t len;

	if (!d)
		return;
	past_read(dir, prog, &past);
	/* Completed before the next fold, which replaces the id. */
	while (past.id && (e = readdir(d))) {
		if (is_process_file(e->d_name, prog, &len))
			finish_fold(dir, e->d_name, past.id);
	}
	rewinddir(d);
	while ((e = readdir(d))) {
		if (is_process_file(e->d_name, prog, &len))
			fold_file(dir, prog, e->d_name, &past);
	}
	closedir(d);
}

/* The descriptor is never closed: it holds the lock. */
static struct stat_file *map_own(int dir, const char *prog)
{
	struct stat_file *f;
	char name[96];
	int fd, rc;

	snprintf(name, sizeof(name), "%s.%d", prog, (int)getpid());
	fd = openat(dir, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return NULL;
	/* Reserves blocks: with a full disk, a write would be SIGBUS. */
	rc = posix_fallocate(fd, 0, sizeof(*f));
	if (rc == 0 && flock(fd, LOCK_EX | LOCK_NB) < 0)
		rc = errno;
	f = rc ? MAP_FAILED
	       : mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		     0);
	if (f == MAP_FAILED) {
		rc = rc ? rc : errno;
		unlinkat(dir, name, 0);
		close(fd);
		errno = rc;
		return NULL;
	}
	/* Unique, as a pid is not reused within a ms. */
	file_init(f, (uint64_t)clock_now_ms() << 22 | (uint64_t)getpid());
	return f;
}

static int open_lock(int dir, const char *prog, int flags, int operation)
{
	char name[80];
	int fd;

	snprintf(name, sizeof(name), "%s.lock", prog);
	fd = openat(dir, name, flags | O_CLOEXEC, 0644);
	if (fd >= 0 && flock(fd, operation) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int stat_open(const char *prog)
{
	const char *dir = conf.stat.dir;
	struct stat_file *f = NULL;
	int fd, lock = -1;

	BUG_ON(mine != &private_file);
	BUG_ON(strlen(prog) >= sizeof(my_prog) || strchr(prog, '/'));
	snprintf(my_prog, sizeof(my_prog), "%s", prog);
	if (!*dir)
		return 0;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		lock = open_lock(fd, prog, O_RDWR | O_CREAT, LOCK_EX);
	if (lock >= 0) {
		fold_dead(fd, prog);
		f = map_own(fd, prog);
	}
	if (!f)
		log_warn("stat_open", "dir=%s error=\"%m\"", dir);
	else
		mine = f;
	if (lock >= 0)
		close(lock);
	if (fd >= 0)
		close(fd);
	if (!f)
		return -1;
	for (size_t i = 0; i < STAT_MAX; i++) /* counted before mapping */
		stat_add((enum stat_id)i, private_file.slots[i].value);
	return 0;
}

void stat_add(enum stat_id id, int64_t n)
{
	__atomic_fetch_add(&mine->slots[id].value, n, __ATOMIC_RELAXED);
}

void stat_set(enum stat_id id, int64_t n)
{
	__atomic_store_n(&mine->slots[id].value, n, __ATOMIC_RELAXED);
}

int64_t stat_get(enum stat_id id)
{
	return __atomic_load_n(&mine->slots[id].value, __ATOMIC_RELAXED);
}

/* The sums of one program over all its processes. */
struct prog_sums {
	struct prog_sums *next;
	const char *prog;
	int64_t sums[STAT_MAX];
};

static void sum_prog(int dir, struct prog_sums *p)
{
	int lock = open_lock(dir, p->prog, O_RDONLY, LOCK_SH);
	DIR *d = open_names(dir);
	struct stat_file past;
	struct dirent *e;
	size_t len;

	past_read(dir, p->prog, &past);
	for (size_t i = 0; i < STAT_MAX; i++)
		p->sums[i] = past.slots[i].value;
	while (d && (e = readdir(d))) {
		int fd = is_process_file(e->d_name, p->prog, &len)
			     ? openat(dir, e->d_name,
				   O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
			     : -1;

		if (fd < 0)
			continue;
		/* Except a file that <prog>.past already includes. */
		sum_fd(fd, p->sums, is_held(fd), past.id);
		close(fd);
	}
	if (d)
		closedir(d);
	if (lock >= 0)
		close(lock);
}

static struct prog_sums *add_prog(struct arena *a, struct prog_sums *list,
    const char *name, size_t len)
{
	struct prog_sums **at = &list, *p;
	int d;

	for (; *at; at = &(*at)->next) {
		d = str_cmp(str_of((*at)->prog), (struct str){ name, len });
		if (d == 0)
			return list;
		if (d > 0)
			break;
	}
	p = ARENA_NEW(a, struct prog_sums);
	p->prog = arena_memdup(a, name, len);
	p->next = *at;
	*at = p;
	return list;
}

/* Sorted by program; NULL if there are none. */
static int find_progs(struct arena *a, int dir, struct prog_sums **list_out)
{
	struct prog_sums *list = NULL;
	struct dirent *e;
	DIR *d = open_names(dir);

	if (!d)
		return -1;
	while ((e = readdir(d))) {
		size_t len = strlen(e->d_name);
		bool is_past = len > 5 && !strcmp(e->d_name + len - 5, ".past");

		if (is_past)
			len -= 5;
		if ((is_past || is_process_file(e->d_name, NULL, &len)) &&
		    len < sizeof(my_prog))
			list = add_prog(a, list, e->d_name, len);
	}
	closedir(d);
	*list_out = list;
	return 0;
}

/* Adds the label `program` to the fixed labels of the name, if any. */
static void render_value(struct buf *out, const char *name, const char *prog,
    int64_t value)
{
	struct str labels = str_of(name);
	struct str family = str_cut(&labels, '{');

	buf_str(out, family);
	buf_char(out, '{');
	if (labels.p) {
		labels.len--; /* the closing brace */
		buf_str(out, labels);
		buf_char(out, ',');
	}
	buf_printf(out, "program=\"%s\"} %" PRId64 "\n", prog, value);
}

static void render(struct buf *out, const struct prog_sums *list)
{
	struct str before = STR_NONE;

	for (size_t i = 0; i < STAT_MAX; i++) {
		struct str rest = str_of(defs[i].name);
		struct str family = str_cut(&rest, '{');

		if (!str_eq(family, before))
			buf_printf(out, "# HELP %.*s %s\n# TYPE %.*s %s\n",
			    STR_ARG(family), defs[i].help, STR_ARG(family),
			    defs[i].kind == STAT_GAUGE ? "gauge" : "counter");
		before = family;
		for (const struct prog_sums *p = list; p; p = p->next)
			render_value(out, defs[i].name, p->prog, p->sums[i]);
	}
}

int stat_render(struct buf *out)
{
	const char *dir = conf.stat.dir;
	struct prog_sums *list = NULL;
	struct arena scratch;
	int fd, rc = -1;

	arena_init(&scratch);
	if (!*dir) { /* not shared: this process only */
		list = add_prog(&scratch, NULL, my_prog, strlen(my_prog));
		for (size_t i = 0; i < STAT_MAX; i++)
			list->sums[i] = stat_get((enum stat_id)i);
		render(out, list);
		arena_release(&scratch);
		return 0;
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && find_progs(&scratch, fd, &list) == 0) {
		for (struct prog_sums *p = list; p; p = p->next)
			sum_prog(fd, p);
		render(out, list);
		rc = 0;
	} else {
		log_warn("stat_render", "dir=%s error=\"%m\"", dir);
	}
	if (fd >= 0)
		close(fd);
	arena_release(&scratch);
	return rc;
}
