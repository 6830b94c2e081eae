#include "io/epoch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "io/run.h"

#define FILE_NAME "2" /* the number of its form */
#define FILE_SIZE \
	((off_t)((size_t)EPOCH_KINDS * EPOCH_COUNTERS * sizeof(uint32_t)))
/* A view is never unmapped, since another thread may be reading it. */
#define VIEWS_MAX 64

struct view {
	int fd;
	uint32_t *counters;
	uint64_t number; /* in this process, from 1 */
};

static struct view views[VIEWS_MAX];
static uint64_t n_views; /* the last one counts; written under the lock */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t retry_ms; /* monotonic: not made before */

/*
 * A file that has lost its name, or was cut short, is not what others find.
 * One with a second name may be anybody's, and root must not write to it.
 */
static bool is_whole(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1 &&
	       st.st_size == FILE_SIZE;
}

static const struct view *newest(void)
{
	uint64_t n = __atomic_load_n(&n_views, __ATOMIC_ACQUIRE);

	return n && is_whole(views[n - 1].fd) ? &views[n - 1] : NULL;
}

static int open_whole(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 || is_whole(fd))
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
}

/*
 * Takes the place of what is there, which others may have mapped: they find
 * that it has lost its name.  If two processes do this, the later file is the
 * one, and the maker of the former finds that, too.
 */
static int make_file(const char *path)
{
	char own[sizeof(struct sockaddr_un) + 16];
	int fd, rc;

	run_make_dir(RUN_EPOCH);
	snprintf(own, sizeof(own), "%s.%d", path, (int)getpid());
	(void)unlink(own); /* of a process that was killed */
	fd = open(own, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	/* Reserves blocks: with a full disk, a write would be SIGBUS. */
	rc = posix_fallocate(fd, 0, FILE_SIZE);
	if (rc == 0 && rename(own, path) < 0)
		rc = errno;
	if (rc == 0)
		return fd;
	(void)unlink(own);
	close(fd);
	errno = rc;
	return -1;
}

static int open_file(bool make)
{
	struct sockaddr_un un; /* for its path */
	int fd;

	if (run_address(RUN_EPOCH, FILE_NAME, "", &un) < 0)
		return -1;
	fd = open_whole(un.sun_path);
	return fd < 0 && make ? make_file(un.sun_path) : fd;
}

/* Under the lock. */
static const struct view *add_view(bool make)
{
	struct view *v = &views[n_views];
	int fd = n_views < VIEWS_MAX ? open_file(make) : -1;
	void *at = MAP_FAILED;

	if (fd >= 0)
		at = mmap(NULL, (size_t)FILE_SIZE, PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
	if (at == MAP_FAILED) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	*v = (struct view){ fd, at, n_views + 1 };
	__atomic_store_n(&n_views, n_views + 1, __ATOMIC_RELEASE);
	return v;
}

static void log_once(void)
{
	static bool is_logged;

	if (!is_logged)
		log_info("epoch_away", "error=\"%m\"");
	is_logged = true;
}

static const struct view *find(bool make)
{
	const struct view *v = newest();
	int64_t now;

	if (v)
		return v;
	now = clock_mono_ms();
	if (make && now < __atomic_load_n(&retry_ms, __ATOMIC_RELAXED))
		return NULL;
	pthread_mutex_lock(&lock);
	v = newest(); /* another thread may have mapped it */
	if (!v)
		v = add_view(make);
	if (!v && make) {
		log_once();
		__atomic_store_n(&retry_ms, now + EPOCH_RETRY_MS,
		    __ATOMIC_RELAXED);
	}
	pthread_mutex_unlock(&lock);
	return v;
}

static uint32_t *counter(const struct view *v, enum epoch_kind kind,
    uint64_t name)
{
	return &v->counters[(size_t)kind * EPOCH_COUNTERS +
			    (hash_u64(name) >> 32) % EPOCH_COUNTERS];
}

/* With the number of the view: what another file said is never the same. */
uint64_t epoch_now(enum epoch_kind kind, uint64_t name)
{
	const struct view *v = find(true);

	return v ? v->number << 32 |
		       __atomic_load_n(counter(v, kind, name), __ATOMIC_SEQ_CST)
		 : 0;
}

void epoch_raise(enum epoch_kind kind, uint64_t name)
{
	const struct view *v = find(false);

	if (v)
		__atomic_add_fetch(counter(v, kind, name), 1, __ATOMIC_SEQ_CST);
}
