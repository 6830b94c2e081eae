/*
 * CPU time and memory of the processes of a stack, by service, from /proc.
 *
 * They are the descendants of the stack's runsvdir.  A process belongs to the
 * service of the runsv above it.  The time of a process that has ended is in
 * its parent's cutime and cstime, and thus in the same service: the sums by
 * service are complete and never decrease.
 */
#include "proc.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"

#define PROCS_MAX 8192
#define TRIES     5

struct proc {
	int pid, ppid;
	char comm[32];
	char service[32];
	int64_t own, ended; /* ticks: its own; of children waited for */
	struct proc *parent;
	bool is_member;
};

struct table {
	struct proc procs[PROCS_MAX];
	size_t n;
	uint64_t members; /* a hash of their ids */
};

/* Reads a small file of /proc/PID. */
static bool slurp(char *dst, size_t size, int pid, const char *name)
{
	char path[64];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	len = fread(dst, 1, size - 1, f);
	dst[len] = '\0';
	fclose(f);
	return len > 0;
}

static bool parse_stat(struct proc *p, const char *text)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	int64_t utime, stime, cutime, cstime;

	if (!open || !close ||
	    sscanf(close + 1,
		" %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
		"%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
		&p->ppid, &utime, &stime, &cutime, &cstime) != 5)
		return false;
	snprintf(p->comm, sizeof(p->comm), "%.*s", (int)(close - open - 1),
	    open + 1);
	p->own = utime + stime;
	p->ended = cutime + cstime;
	return true;
}

/*
 * The service is the NAME of "runsv NAME", except for two that are named by
 * their program.
 */
static void name_service(struct proc *p)
{
	char args[256];
	const char *name;

	memset(args, 0, sizeof(args));
	if (!slurp(args, sizeof(args) - 1, p->pid, "cmdline"))
		return;
	name = args + strlen(args) + 1;
	if (strcmp(name, "db") == 0)
		name = "mariadbd";
	else if (strcmp(name, "live") == 0)
		name = "im-live";
	snprintf(p->service, sizeof(p->service), "%.31s", name);
}

static struct proc *find(struct table *t, int pid)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->procs[i].pid == pid)
			return &t->procs[i];
	return NULL;
}

/*
 * Walks up from the process to the root, to see whether it is a member and of
 * which service.
 */
static void place(struct proc *p, int root)
{
	const char *service = NULL;
	int depth = 0;

	if (strcmp(p->comm, "svlogd") == 0)
		service = "svlogd";
	for (struct proc *q = p; q && depth < 32; q = q->parent) {
		if (q->pid == root)
			p->is_member = true;
		if (q != p && !service && q->service[0] != '\0' &&
		    strcmp(q->comm, "runsv") == 0)
			service = q->service;
		depth++;
	}
	if (strcmp(p->comm, "runsv") != 0)
		snprintf(p->service, sizeof(p->service), "%s",
		    service ? service : "runsv");
}

static void read_all(struct table *t)
{
	DIR *dir = opendir("/proc");
	const struct dirent *e;
	char text[1024];

	if (!dir)
		die(EX_OSERR, "/proc: %m");
	t->n = 0;
	while ((e = readdir(dir)) && t->n < PROCS_MAX) {
		struct proc *p = &t->procs[t->n];

		*p = (struct proc){ .pid = (int)strtol(e->d_name, NULL, 10) };
		if (p->pid > 0 && slurp(text, sizeof(text), p->pid, "stat") &&
		    parse_stat(p, text))
			t->n++;
	}
	closedir(dir);
}

static void read_table(struct table *t, int root)
{
	read_all(t);
	t->members = 0;
	for (size_t i = 0; i < t->n; i++) {
		struct proc *p = &t->procs[i];

		p->parent = find(t, p->ppid);
		if (strcmp(p->comm, "runsv") == 0)
			name_service(p);
	}
	for (size_t i = 0; i < t->n; i++) {
		place(&t->procs[i], root);
		if (t->procs[i].is_member)
			t->members = t->members * 31 +
				     (uint64_t)t->procs[i].pid;
	}
}

/* Reads until two passes see the same processes: then none has ended between
 * reading it and its parent. */
static struct table *read_stack(int root)
{
	static struct table t;
	uint64_t before;

	read_table(&t, root);
	for (int i = 0; i < TRIES; i++) {
		before = t.members;
		read_table(&t, root);
		if (t.members == before)
			break;
	}
	if (t.members == 0)
		die(EX_USAGE, "no process %d", root);
	return &t;
}

/* ---- sums by service ---- */

struct sum {
	const char *service;
	int64_t value, other;
};

struct sums {
	struct sum of[64];
	size_t n;
};

static void sums_add(struct sums *s, const char *service, int64_t value,
    int64_t other)
{
	size_t i = 0;

	while (i < s->n && strcmp(s->of[i].service, service) != 0)
		i++;
	if (i == s->n) {
		if (s->n == sizeof(s->of) / sizeof(s->of[0]))
			die(EX_SOFTWARE, "too many services");
		s->of[s->n++] = (struct sum){ .service = service };
	}
	s->of[i].value += value;
	s->of[i].other += other;
}

static int64_t us_of_ticks(int64_t ticks)
{
	return ticks * 1000000 / sysconf(_SC_CLK_TCK);
}

/* The total and the busy time of all processors. */
static void machine_cpu(const char *when)
{
	int64_t all = 0, idle = 0, ticks;
	char text[256], *at = text + 4, *end;
	FILE *f = fopen("/proc/stat", "re");

	if (!f || !fgets(text, sizeof(text), f) ||
	    !str_starts(str_of(text), "cpu "))
		die(EX_OSERR, "/proc/stat cannot be read");
	fclose(f);
	/* user nice system idle iowait irq softirq steal; guests are in user */
	for (int i = 0; i < 8; i++, at = end) {
		ticks = strtoll(at, &end, 10);
		all += ticks;
		idle += i == 3 || i == 4 ? ticks : 0;
	}
	printf("machine %s %" PRId64 " %" PRId64 "\n", when, us_of_ticks(all),
	    us_of_ticks(all - idle));
}

void proc_cpu(int root, const char *when)
{
	struct table *t;
	struct sums s = { .n = 0 };

	machine_cpu(when);
	t = read_stack(root);
	for (size_t i = 0; i < t->n; i++) {
		struct proc *p = &t->procs[i];

		if (!p->is_member)
			continue;
		sums_add(&s,
		    strcmp(p->comm, "runsv") == 0 ? "runsv" : p->service,
		    p->own, 0);
		sums_add(&s, p->service, p->ended, 0);
	}
	for (size_t i = 0; i < s.n; i++)
		printf("cpu %s %s %" PRId64 "\n", when, s.of[i].service,
		    us_of_ticks(s.of[i].value));
	fflush(stdout);
}

static int64_t kib(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoll(at + strlen(key), NULL, 10) : 0;
}

void proc_memory(int root)
{
	struct table *t = read_stack(root);
	struct sums s = { .n = 0 };
	int64_t pss = 0, anon = 0;
	char text[4096];

	for (size_t i = 0; i < t->n; i++) {
		struct proc *p = &t->procs[i];

		if (p->is_member &&
		    slurp(text, sizeof(text), p->pid, "smaps_rollup"))
			sums_add(&s,
			    strcmp(p->comm, "runsv") == 0 ? "runsv"
							  : p->service,
			    kib(text, "\nPss:"), kib(text, "\nPss_Anon:"));
	}
	for (size_t i = 0; i < s.n; i++) {
		printf("pss %s %" PRId64 "\n", s.of[i].service, s.of[i].value);
		pss += s.of[i].value;
		anon += s.of[i].other;
	}
	printf("memory pss_kib=%" PRId64 " anonymous_kib=%" PRId64 "\n", pss,
	    anon);
}

int64_t proc_rss(int root, const char *service)
{
	struct table *t = read_stack(root);
	int64_t bytes = 0;
	int64_t pages;
	char text[256];

	for (size_t i = 0; i < t->n; i++) {
		struct proc *p = &t->procs[i];

		if (p->is_member && strcmp(p->comm, "runsv") != 0 &&
		    strcmp(p->service, service) == 0 &&
		    slurp(text, sizeof(text), p->pid, "statm") &&
		    sscanf(text, "%*d %" PRId64, &pages) == 1)
			bytes += pages * sysconf(_SC_PAGESIZE);
	}
	return bytes;
}
