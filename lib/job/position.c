#include "job/position.h"

#include "job/lease.h"
#include "job/position_sql.h"

static struct position_row row_of(const struct job *j)
{
	return (struct position_row){
		.name = str_of(j->lease->name),
		.owner = str_of(lease_owner()),
		.fence = j->lease->fence,
	};
}

int job_position_get(struct job *j, struct str *out, struct error *err)
{
	struct position_row row = row_of(j);

	*out = STR("");
	if (j->dry_run)
		return 0;
	if (position_sql_get(j->db, j->arena, &row, err) < 0)
		return -1;
	*out = row.position;
	return 0;
}

int job_position_put(struct job *j, struct str position, struct error *err)
{
	struct position_row row = row_of(j);
	int64_t matched;

	BUG_ON(position.len > JOB_POSITION_MAX);
	row.position = position;
	if (position_sql_put(j->db, &row, &matched, err) < 0)
		return -1;
	return matched ? 0
		       : err_set(err, ERR_LEASE_LOST, "the lease %s is lost",
			     j->lease->name);
}
