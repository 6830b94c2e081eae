/*
 * run: where the Unix sockets of this host live ([run] dir): those of the
 * FastCGI services (<name>.sock), of im-live's bus, and the wake-up sockets
 * of the jobs (<job>.wake).
 */
#ifndef IO_RUN_H
#define IO_RUN_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/str.h"

extern const struct conf_key run_conf[];

extern const char *run_dir;

/* <run.dir>/<name><suffix>; NUL-terminated. */
struct str run_path(struct arena *a, const char *name, const char *suffix);

#endif
