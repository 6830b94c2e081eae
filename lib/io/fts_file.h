/*
 * fts_file: the files of the search index, below [search] dir.
 *
 * The index has parts ([search] shards), to which logs are spread by their id.
 * Each part is one file, under a name of its own; the link PART-OF.current says
 * which.  One that is being made again is PART-OF.next until it takes the
 * place of the other, by a rename: readers look at the link for each search,
 * and may go on reading a file that is gone.  The file PART-OF.rebuild asks for
 * that, and PART-OF.optimize for what fts_merge() does.
 *
 * Only the writer of a part changes links.
 */
#ifndef IO_FTS_FILE_H
#define IO_FTS_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define FTS_PARTS_MAX 64

int fts_file_parts(void);
/* The part of a log. */
int fts_file_part(int64_t log_id);

/* The path, or NULL. */
const char *fts_file_current(struct arena *a, int part);
const char *fts_file_next(struct arena *a, int part);

/* The path of a file that will be the next one. */
int fts_file_make_next(struct arena *a, int part, const char **path_out,
    struct error *err);
/* The next one becomes the current one. */
int fts_file_switch(struct arena *a, int part, struct error *err);
/* Forgets a current or next one that cannot be used. */
void fts_file_forget(struct arena *a, int part, bool next);
/* Removes files that neither link names. */
void fts_file_tidy(struct arena *a, int part);

/* What somebody wants of the writer, as a file that it removes. */
enum fts_ask { FTS_ASK_REBUILD, FTS_ASK_OPTIMIZE };
int fts_file_ask(struct arena *a, int part, enum fts_ask what,
    struct error *err);
bool fts_file_is_asked(struct arena *a, int part, enum fts_ask what);
void fts_file_unask(struct arena *a, int part, enum fts_ask what);

#endif
