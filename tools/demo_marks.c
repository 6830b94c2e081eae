/* Read marks, and running fan-out, which they depend on. */
#include "demo.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "im/user/mark.h"
#include "io/bus_wake.h"

#define FANOUT_WAIT_MS 60000
#define BEHIND_MAX     25 /* most messages that a busy member has not read */

/* ---- fan-out ---- */

/* The path of im-fanout, in the directory of this program. */
static struct str fanout_program(struct arena *a)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		return STR_NONE;
	self[len] = '\0';
	return arena_printf(a, "%s/im-fanout", dirname(self));
}

static char **fanout_argv(struct demo *d, struct str program)
{
	const struct demo_options *o = d->options;
	char **argv = ARENA_ARRAY(d->arena, 5 + 2 * o->line.n_overrides,
	    char *);
	size_t n = 0;

	argv[n++] = arena_cstr(d->arena, program.p);
	argv[n++] = arena_cstr(d->arena, "--once");
	if (o->line.file) {
		argv[n++] = arena_cstr(d->arena, "-c");
		argv[n++] = arena_cstr(d->arena, o->line.file);
	}
	for (size_t i = 0; i < o->line.n_overrides; i++) {
		argv[n++] = arena_cstr(d->arena, "-o");
		argv[n++] = arena_cstr(d->arena, o->line.overrides[i]);
	}
	return argv;
}

/* Its exit status; -1 if it did not start or was killed. */
static int run_to_end(char **argv, int log_fd)
{
	posix_spawn_file_actions_t actions;
	int status, rc;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, log_fd, STDERR_FILENO);
	rc = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (rc != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Its log is shown only if it fails. */
static int run_fanout(struct demo *d, struct error *err)
{
	struct str program = fanout_program(d->arena);
	FILE *log = tmpfile();
	int c, rc;

	if (!program.p || !log)
		return err_set(err, ERR_INTERNAL,
		    "im-fanout cannot be started");
	rc = run_to_end(fanout_argv(d, program), fileno(log));
	/*
	 * Leaving work behind is not a failure: the installation's own
	 * im-fanout continues.
	 */
	if (rc != 0 && rc != EX_TEMPFAIL) {
		rewind(log);
		while ((c = getc(log)) != EOF)
			putc(c, stderr);
		rc = err_set(err, ERR_INTERNAL, "im-fanout failed");
	}
	fclose(log);
	return rc < 0 ? -1 : 0;
}

int demo_fanout(struct demo *d, const struct demo_place *places, size_t n,
    struct error *err)
{
	int64_t *ids = ARENA_ARRAY(d->arena, n, int64_t);
	int64_t until_ms = clock_mono_ms() + FANOUT_WAIT_MS, behind;

	for (size_t i = 0; i < n; i++)
		ids[i] = places[i].conv_id;
	bus_wake("fanout");
	if (run_fanout(d, err) < 0)
		return -1;
	for (;;) {
		if (demo_sql_behind(d->db, d->arena, ids, n, &behind, err) < 0)
			return -1;
		if (behind == 0)
			return 0;
		if (clock_mono_ms() > until_ms)
			return err_set(err, ERR_BUSY,
			    "fan-out makes no progress");
		clock_sleep_ms(20);
	}
}

/* ---- marks ---- */

/* The last message that this member has read: at least their own last one. */
static size_t read_until(struct demo_random *r, const struct demo_script *s,
    int who)
{
	size_t own = s->n, behind;

	if (who == DEMO_VIEWER)
		return s->unread_from < s->n ? s->unread_from : s->n;
	behind = demo_random(r, 2) ? demo_random(r, BEHIND_MAX) : 0;
	while (own > 0 && s->messages[own - 1].sender != who)
		own--;
	if (behind > s->n)
		behind = s->n;
	return s->n - behind > own ? s->n - behind : own;
}

static int mark_member(struct demo *d, struct demo_random *r,
    const struct demo_script *s, const struct demo_place *place, int who,
    struct error *err)
{
	size_t until = read_until(r, s, who);
	int64_t user_id = d->users[who];
	int64_t read = until > 0 ? place->indexes[until - 1] : 0;
	int64_t end = place->indexes[s->n - 1];
	bool has_all = who != DEMO_VIEWER && demo_random(r, 3) > 0;
	struct mark_result result;

	if ((read > 0 && mark_read(d->db, d->arena, place->conv_id, user_id,
			     read, NULL, &result, err) < 0) ||
	    (has_all && end > 0 &&
		mark_delivered(d->db, d->arena, place->conv_id, user_id, end,
		    &result, err) < 0))
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	return 0;
}

int demo_marks(struct demo *d, const struct demo_conv *c,
    const struct demo_script *s, const struct demo_place *place,
    struct error *err)
{
	struct str rest = str_of(c->members);
	struct demo_random r = demo_random_from(rest);

	while (rest.p)
		if (mark_member(d, &r, s, place,
			demo_person_find(str_cut(&rest, ' ')), err) < 0)
			return -1;
	return 0;
}
