/*
 * export_file: the files of exports, in [export] dir.
 *
 * NAME.part is written; NAME.jsonl is complete and never changes.  Both are of
 * mode 0600, and NAME is unguessable.  The one who writes holds a lock
 * (flock()) that ends with the process: who finds a part locked, because a
 * worker that has lost its lease still has it open, begins another one, which
 * that worker cannot write to.
 *
 * Errors are INTERNAL, with the reason in detail.
 */
#ifndef BATCH_EXPORT_FILE_H
#define BATCH_EXPORT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct export_file {
	const char *part, *path;
	int fd;           /* of the part; -1: closed */
	bool is_complete; /* path is there, and has all bytes */
};

/*
 * Opens the part to go on behind its first `bytes` bytes.  bytes_out: as many,
 * or 0: it begins from the start.  Names live as long as the arena.
 */
int export_file_open(struct export_file *f, struct arena *a, struct str name,
    int64_t bytes, int64_t *bytes_out, struct error *err);
/* At that place, and on disk when it returns. */
int export_file_write(struct export_file *f, int64_t at, struct str text,
    struct error *err);
/* The part is complete; a repeat finds it so. */
int export_file_finish(struct export_file *f, struct error *err);
void export_file_close(struct export_file *f);

/* Both forms, as far as they are there. */
int export_file_remove(struct arena *a, struct str name, struct error *err);

/* How long a complete file stays. */
int64_t export_file_keep_ms(void);
/* Files that nobody has written to for longer than that, and a day: their rows
 * are lost, or were removed on another host. */
void export_file_tidy(struct arena *a);

#endif
