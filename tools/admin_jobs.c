/* The jobs: when they run, and how; paused, resumed, run now. */
#include <grp.h>
#include <inttypes.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin.h"
#include "admin_sql.h"
#include "im/site/node.h"
#include "io/bus_wake.h"
#include "io/db_clock.h"
#include "job/pause.h"
#include "job/schedule.h"

#define ERRORS_OF_MS (INT64_C(24) * 3600 * 1000)
#define JOB_USER     "imcloud-job" /* etc/sysusers.d */

/* ---- the list ---- */

struct jobs {
	struct admin *ad;
	int64_t now_ms;
	struct admin_lease *leases;
	size_t n_leases;
};

/* Leases are called JOB.PARTITION. */
static bool is_at_work(const struct jobs *l, const char *job)
{
	for (size_t i = 0; i < l->n_leases; i++) {
		struct str rest = l->leases[i].name;

		if (str_is(str_cut(&rest, '.'), job) &&
		    l->leases[i].left_ms > 0)
			return true;
	}
	return false;
}

static const char *next_run(const struct jobs *l, const struct job_schedule *s,
    bool paused)
{
	if (paused)
		return "-";
	return s->linger_s ? "now" : admin_time(schedule_next_ms(s, l->now_ms));
}

static int print_job(const struct jobs *l, const struct job_schedule *s,
    struct error *err)
{
	struct job_pause pause = { .reason = STR("") };
	struct arena *a = l->ad->arena;
	struct str job = str_of(s->name);
	struct admin_run none = { 0 }, *last;
	char schedule[SCHEDULE_TEXT_LEN];
	struct admin_runs day;
	size_t n;
	int paused = pause_find(l->ad->db, a, job, &pause, err);

	if (paused < 0 ||
	    admin_sql_runs(l->ad->db, a, job, 1, &last, &n, err) < 0 ||
	    admin_sql_runs_since(l->ad->db, a, job, l->now_ms - ERRORS_OF_MS,
		&day, err) < 0)
		return -1;
	if (n == 0)
		last = &none;
	schedule_text(schedule, s);
	printf("%s\t%s\t%s\t%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64
	       "\t%" PRId64 "\t%" PRId64 "\t%s\t%.*s\n",
	    s->name, schedule,
	    paused                   ? "paused"
	    : is_at_work(l, s->name) ? "working"
				     : "idle",
	    admin_time(last->started_ms), last->ended_ms - last->started_ms,
	    last->exit_code, last->done, last->lag_ms, day.errors, day.dead,
	    next_run(l, s, paused), STR_ARG(pause.reason));
	return 0;
}

static int jobs_list_command(struct admin *ad, struct error *err)
{
	struct jobs l = { .ad = ad, .now_ms = db_clock_ms(ad->db) };

	if (admin_sql_leases(ad->db, ad->arena, &l.leases, &l.n_leases, err) <
	    0)
		return -1;
	puts("job\tschedule\tstate\tlast_run\tms\texit\tdone\tlag_ms\terrors\t"
	     "dead\tnext_run\treason");
	for (const struct job_schedule *s = job_schedules; s->name; s++)
		if (print_job(&l, s, err) < 0)
			return -1;
	return 0;
}

/* ---- paused, and resumed ---- */

static int named(struct admin *ad, const struct job_schedule **out,
    struct error *err)
{
	*out = schedule_find(str_of(ad->words[0]));
	if (!*out)
		return err_set(err, ERR_NOT_FOUND, "there is no job %.64s",
		    ad->words[0]);
	return 0;
}

struct change {
	struct admin *ad;
	const char *job, *reason; /* reason NULL: resume it */
	int changed;
};

static int change_tx(struct db *db, void *arg, struct error *err)
{
	struct change *c = arg;
	const struct job_pause row = { .job = str_of(c->job),
		.paused_by = admin_actor(c->ad),
		.reason = str_of(c->reason) };
	const char *detail = c->job;

	c->changed = c->reason ? pause_set(db, &row, err)
			       : pause_end(db, row.job, err);
	if (c->changed <= 0)
		return c->changed;
	if (c->reason && *c->reason)
		detail = arena_printf(c->ad->arena, "%s reason=%.300s", c->job,
		    c->reason)
			     .p;
	return admin_audit(c->ad, 0, c->reason ? "jobs.pause" : "jobs.resume",
	    0, detail, err);
}

static int change(struct change *c, struct error *err)
{
	if (db_tx(c->ad->db, change_tx, c, err) < 0)
		return -1;
	bus_wake(c->job);
	printf("%s=%s%s\n", c->reason ? "paused" : "resumed", c->job,
	    c->changed  ? ""
	    : c->reason ? " (it was already)"
			: " (it was not paused)");
	return 0;
}

static int jobs_pause_command(struct admin *ad, struct error *err)
{
	const char *reason = admin_option(ad, "reason");
	const struct job_schedule *s;

	if (named(ad, &s, err) < 0)
		return -1;
	if (reason &&
	    (strlen(reason) > PAUSE_REASON_MAX || !str_is_utf8(str_of(reason))))
		return err_set(err, ERR_INVALID_ARGUMENT,
		    "a reason is up to %d bytes of UTF-8", PAUSE_REASON_MAX);
	return change(&(struct change){ ad, s->name, reason ? reason : "", 0 },
	    err);
}

static int jobs_resume_command(struct admin *ad, struct error *err)
{
	const struct job_schedule *s;

	if (named(ad, &s, err) < 0)
		return -1;
	return change(&(struct change){ ad, s->name, NULL, 0 }, err);
}

/* ---- run now ---- */

/* The program beside this one. */
static const char *path_of(struct admin *ad, const char *job, struct error *err)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0) {
		err_set(err, ERR_INTERNAL, "where is this program?");
		return NULL;
	}
	self[n] = '\0';
	return arena_printf(ad->arena, "%s/im-%s", dirname(self), job).p;
}

/* What it writes has to belong to the user of the jobs, if there is one. */
static int become_job_user(struct error *err)
{
	const struct passwd *who = getuid() == 0 ? getpwnam(JOB_USER) : NULL;

	umask(0007);
	if (who && (initgroups(JOB_USER, who->pw_gid) < 0 ||
		       setgid(who->pw_gid) < 0 || setuid(who->pw_uid) < 0))
		return err_set(err, ERR_INTERNAL, "cannot become " JOB_USER);
	return 0;
}

static int execute(struct admin *ad, const char *path, struct error *err)
{
	const struct command_line *line = ad->line;
	const char *argv[2 * PROGRAM_OVERRIDES_MAX + 8];
	size_t n = 0;

	argv[n++] = path;
	argv[n++] = "--once";
	if (line->file) {
		argv[n++] = "-c";
		argv[n++] = line->file;
	}
	for (size_t i = 0; i < line->n_overrides; i++) {
		argv[n++] = "-o";
		argv[n++] = line->overrides[i];
	}
	argv[n] = NULL;
	if (become_job_user(err) < 0)
		return -1;
	execv(path, (char *const *)(uintptr_t)argv);
	return err_set(err, ERR_INTERNAL, "cannot run %s", path);
}

/* Its exit status is that of the job.  One that lingers is woken: it may hold
 * the lease, and do the work itself. */
static int jobs_run_command(struct admin *ad, struct error *err)
{
	const struct job_schedule *s;
	struct job_pause pause;
	const char *path;
	int paused;

	if (named(ad, &s, err) < 0)
		return -1;
	paused = pause_find(ad->db, ad->arena, str_of(s->name), &pause, err);
	if (paused > 0)
		return err_set(err, ERR_CONFLICT,
		    "%s is paused; im-admin jobs resume %s", s->name, s->name);
	path = paused < 0 ? NULL : path_of(ad, s->name, err);
	if (!path || admin_audit(ad, 0, "jobs.run", 0, s->name, err) < 0)
		return -1;
	bus_wake(s->name);
	node_release(ad->db);
	db_free(&ad->db);
	return execute(ad, path, err);
}

const struct admin_command admin_jobs_commands[] = {
	{ "jobs", "", "", 0, 0, "",
	    "lists the jobs: schedule, last run, lag, errors, next run",
	    jobs_list_command },
	{ "jobs", "list", "", 0, 0, "", "the same", jobs_list_command },
	{ "jobs", "pause", "NAME [--reason TEXT]", 1, 1, "reason=",
	    "ends a job on all hosts until it is resumed", jobs_pause_command },
	{ "jobs", "resume", "NAME", 1, 1, "", "lets it run again",
	    jobs_resume_command },
	{ "jobs", "run", "NAME", 1, 1, "",
	    "runs it here and now; the exit status is the job's",
	    jobs_run_command },
	{ 0 },
};
