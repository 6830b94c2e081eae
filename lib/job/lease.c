#include "job/lease.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "job/lease_sql.h"

void lease_init(struct job_lease *l, const char *job, int partition,
    int lease_s)
{
	*l = (struct job_lease){ .ttl_ms = (int64_t)lease_s * 1000 };
	snprintf(l->name, sizeof(l->name), "%s.%d", job, partition);
}

const char *lease_owner(void)
{
	static char owner[LEASE_OWNER_LEN];
	char host[64] = "";
	uint64_t r;

	if (*owner)
		return owner;
	if (gethostname(host, sizeof(host) - 1) < 0)
		snprintf(host, sizeof(host), "unknown");
	crypto_random(&r, sizeof(r));
	snprintf(owner, sizeof(owner), "%.63s:%d:%016" PRIx64, host,
	    (int)getpid(), r);
	return owner;
}

static struct lease_row row_of(const struct job_lease *l)
{
	return (struct lease_row){
		.name = str_of(l->name),
		.owner = str_of(lease_owner()),
		.fence = l->fence,
		.ttl_ms = l->ttl_ms,
	};
}

static void took(struct job_lease *l, int64_t fence, int64_t at_ms)
{
	l->held = true;
	l->fence = fence;
	l->renewed_ms = at_ms;
	log_debug("lease", "name=%s fence=%" PRId64 " event=taken", l->name,
	    fence);
}

/* A holder that renewed since the last look is alive. */
static int seen(struct job_lease *l, const struct lease_row *row)
{
	bool alive = l->seen_expires_ms &&
		     (row->fence != l->seen_fence ||
			 row->expires_ms != l->seen_expires_ms);

	l->seen_fence = row->fence;
	l->seen_expires_ms = row->expires_ms;
	return alive ? LEASE_ALIVE : LEASE_BUSY;
}

int lease_take(struct job_lease *l, struct db *db, struct arena *a,
    struct error *err)
{
	struct lease_row in = row_of(l), now;
	int64_t at_ms = clock_boot_ms(), matched;
	int found = lease_sql_look(db, a, in.name, &now, err);

	if (!found && lease_sql_make(db, &in, err) == 0)
		found = lease_sql_look(db, a, in.name, &now, err);
	if (found < 0)
		return -1;
	if (!found)
		return err_set(err, ERR_INTERNAL, "no lease %s", l->name);
	if (now.left_ms > 0)
		return seen(l, &now);
	in.fence = now.fence;
	if (lease_sql_take(db, &in, &matched, err) < 0)
		return -1;
	if (!matched)
		return LEASE_BUSY;
	took(l, now.fence + 1, at_ms);
	l->seen_expires_ms = 0;
	return LEASE_TAKEN;
}

static int lost(struct job_lease *l, struct error *err)
{
	l->held = false;
	log_info("lease", "name=%s fence=%" PRId64 " event=lost", l->name,
	    l->fence);
	return err_set(err, ERR_LEASE_LOST, "the lease %s is lost", l->name);
}

static bool is_due(const struct job_lease *l)
{
	return clock_boot_ms() - l->renewed_ms >= l->ttl_ms / 3;
}

int lease_renew(struct job_lease *l, struct db *db, struct error *err)
{
	struct lease_row row = row_of(l);
	int64_t at_ms = clock_boot_ms(), matched;

	if (!is_due(l))
		return 0;
	if (lease_sql_renew(db, &row, &matched, err) < 0)
		return -1;
	if (!matched)
		return lost(l, err);
	l->renewed_ms = at_ms;
	return 0;
}

/*
 * Both branches lock the lease row until the transaction ends, so the lease
 * cannot be taken before the commit.  If a renewal is rolled back, the lease
 * only expires earlier than is_due() assumes.
 */
int lease_check(struct job_lease *l, struct db *db, struct arena *a,
    struct error *err)
{
	struct lease_row row = row_of(l);
	int ours;

	if (!l->held)
		return lost(l, err);
	if (is_due(l))
		return lease_renew(l, db, err);
	ours = lease_sql_hold(db, a, &row, err);
	if (ours < 0)
		return -1;
	return ours ? 0 : lost(l, err);
}

void lease_release(struct job_lease *l, struct db *db)
{
	struct lease_row row = row_of(l);
	struct error ignored;

	if (l->held)
		(void)lease_sql_release(db, &row, &ignored);
	l->held = false;
}

int lease_forget(struct db *db, int64_t before_ms, int64_t *n_out,
    struct error *err)
{
	return lease_sql_forget(db, before_ms, n_out, err);
}
