/*
 * export_page: a page of an export, as lines of JSON.
 *
 * Each line is an object with one member, whose name says what it is:
 *   {"profile":{...}}
 * The parts of an export come one after another.  A part is written by a
 * function that adds a bounded number of lines and moves the place.
 */
#ifndef BATCH_EXPORT_PAGE_H
#define BATCH_EXPORT_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "export_file.h"
#include "im/conv/entry.h"
#include "im/user/export.h"
#include "io/json_writer.h"
#include "job/job.h"

#define EXPORT_PAGE 50 /* entries, contacts, ... of a page */

struct export_page {
	struct job *j;
	struct arena *a; /* rewound behind the page */
	struct export e; /* at_id, at_index: moved by the part */
	struct buf lines;
	struct export_file *file; /* takes lines before the page ends */
	struct json_writer w;
	bool is_gone; /* there is no such person or conversation any more */
};

/* Adds lines.  1: that was the last page of the part, 0: there may be more. */
typedef int export_part_fn(struct export_page *p, struct error *err);

/* In their order; NULL-terminated. */
extern export_part_fn *const export_person_parts[];
extern export_part_fn *const export_conv_parts[];

/* A line: the value of its member is written between the two. */
struct json_writer *export_page_begin(struct export_page *p, const char *name);
void export_page_end(struct export_page *p);

/* Writes the lines so far into the file, if they are many: what makes more of
 * them than a page has calls it. */
int export_page_spill(struct export_page *p, struct error *err);

/* The first line of an export; the last one, which says that it is whole. */
void export_page_head(struct export_page *p);
int export_page_tail(struct export_page *p, struct error *err);

/*
 * Entries of one log, as a reader sees them who may see all from floor on.
 * Those that this reader does not see at all are left out.  Behind a message
 * that the reader has sent and edited come its former versions.
 */
struct export_reader {
	int64_t user_id; /* 0: nobody in particular */
	int64_t floor;
	bool hides; /* the user has hidden some */
};
int export_page_entries(struct export_page *p, const struct export_reader *r,
    struct entry *entries, size_t n, struct error *err);

#endif
