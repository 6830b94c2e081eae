/*
 * search_part: one part of the search index, as im-search has it open: the
 * current file, and the one that is being built to take its place.
 *
 * Only the holder of the part's lease opens them.  A file belongs to whoever
 * claimed it with the highest fence (io/fts.h), and to one store; a file that
 * is of no use is forgotten, and built again.
 */
#ifndef BATCH_SEARCH_PART_H
#define BATCH_SEARCH_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "im/consumer/indexing.h"
#include "io/fts.h"
#include "job/job.h"

struct search_file {
	struct fts *fts;  /* NULL: there is none */
	const char *path; /* on the heap */
	struct indexing follow;
};

struct search_part {
	int64_t fence;
	struct search_file current, next;
	bool merges;
};

/* Opens what the links name; makes a new file where there is none, or where
 * somebody asks for one. */
int search_part_open(struct job *j, struct search_part *p, struct error *err);
void search_part_close(struct search_part *p);
/* The next file becomes the current one. */
int search_part_switch(struct job *j, struct search_part *p, struct error *err);

#endif
