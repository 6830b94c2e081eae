#include "search_status.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "im/consumer/indexing_build.h"
#include "io/fts_file.h"

int search_status_percent(struct fts *f, int64_t *percent_out,
    struct error *err)
{
	int64_t state, id, end;

	*percent_out = 0;
	if (fts_get(f, FTS_BUILD, &state, err) < 0 ||
	    fts_get(f, FTS_BUILD_ID, &id, err) < 0 ||
	    fts_get(f, FTS_BUILD_END, &end, err) < 0)
		return -1;
	if (state == INDEXING_BUILT)
		*percent_out = 100;
	else if (state == INDEXING_FILL && end > 0)
		*percent_out = id < end ? 99 * id / end : 99;
	return 0;
}

static int print(struct job *j, int part, const char *file, const char *path,
    struct error *err)
{
	static const char *const states[] = { "built", "survey", "fill" };
	int64_t state, percent, documents, dropped, behind;
	struct stat st;
	struct fts *f;
	int rc = -1;

	if (!path)
		return 0;
	if (fts_open(path, false, &f, err) < 0)
		return -1;
	if (fts_get(f, FTS_BUILD, &state, err) < 0 ||
	    search_status_percent(f, &percent, err) < 0 ||
	    fts_count(f, &documents, err) < 0 ||
	    fts_get(f, FTS_DROPPED, &dropped, err) < 0 ||
	    indexing_behind(j->db, j->arena, f, fts_file_part, part, &behind,
		err) < 0)
		goto out;
	if (stat(path, &st) < 0)
		st.st_size = 0;
	printf("part=%d file=%s state=%s percent=%" PRId64 " documents=%" PRId64
	       " behind=%" PRId64 " dropped=%" PRId64 " bytes=%" PRId64 "\n",
	    part + 1, file, states[state], percent, documents, behind, dropped,
	    (int64_t)st.st_size);
	rc = 0;
out:
	fts_close(&f);
	return rc;
}

int search_status(struct job *j, int part, struct error *err)
{
	const char *current = fts_file_current(j->arena, part);
	const char *next = fts_file_next(j->arena, part);

	if (!current && !next)
		printf("part=%d state=none\n", part + 1);
	if (print(j, part, "current", current, err) < 0 ||
	    print(j, part, "next", next, err) < 0)
		return -1;
	return 0;
}
