/* im-push: tells devices that are not connected. */
#include "push.h"

#include "base/clock.h"
#include "im/consumer/follow.h"
#include "im/conv/archive.h"
#include "im/conv/conv.h"
#include "im/push/credential.h"
#include "im/push/ledger.h"
#include "im/push/news.h"
#include "im/push/shown.h"
#include "im/push/subject.h"
#include "im/site/generation.h"
#include "im/site/node.h"
#include "im/site/server_key.h"
#include "im/user/badge.h"
#include "im/user/registration.h"
#include "im/user/user.h"
#include "job/position.h"
#include "push_fly.h"
#include "push_lines.h"

#define RUN_MS    50  /* while notices are under way */
#define FOLLOW_MS 200 /* between two looks at the logs meanwhile */

static int64_t followed_ms; /* monotonic */
static bool follows_on;     /* the last look has left something */

/* All parts; the logs not more often than they are worth. */
static int ready(struct job *j, uint64_t *parts_out, struct error *err)
{
	const uint64_t follower = UINT64_C(1) << PUSH_FOLLOWER;

	if (fly_is_busy())
		fly_run(follows_on ? 0 : RUN_MS);
	if (push_lines_look(j, err) < 0)
		return -1;
	*parts_out = follower - 1;
	if (follows_on || !fly_is_busy() ||
	    clock_mono_ms() - followed_ms >= FOLLOW_MS)
		*parts_out |= follower;
	return 0;
}

static int step(struct job *j, struct error *err)
{
	int rc;

	if (j->dry_run)
		return 0;
	if (j->partition < PUSH_PARTS)
		return push_deliver_step(j, err);
	rc = push_follow_step(j, err);
	followed_ms = clock_mono_ms();
	follows_on = rc > 0;
	return rc;
}

static int start(struct job *j, struct error *err)
{
	const struct db_stmt *const *const lists[] = { follow_statements,
		follow_cursor_statements, job_position_statements,
		news_statements, subject_statements, shown_statements,
		push_job_statements, ledger_write_statements,
		credential_push_statements, registration_push_statements,
		entry_statements, archive_statements, conv_reader_statements,
		user_reader_statements, badge_statements, node_statements,
		generation_statements, server_key_statements };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (db_check(j->db, lists[i], err) < 0)
			return -1;
	push_lines_begin(fly_landed, NULL);
	return 0;
}

static const struct job_def def = {
	.name = "push",
	.program = "im-push",
	.summary = "Pushes to devices that are not connected.",
	.partitions = PUSH_PARTITIONS,
	.lease_s = 10,
	.step = step,
	.ready = ready,
	.finish = fly_finish,
	.start = start,
};

int main(int argc, char **argv)
{
	int code = job_main(argc, argv, &def);

	push_lines_end();
	return code;
}
