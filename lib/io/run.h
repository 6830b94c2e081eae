/*
 * run: where the Unix sockets of this host live ([run] dir): those of the
 * FastCGI services (<name>.sock), of im-live's bus, and the wake-up sockets
 * of the jobs (<job>.wake).
 */
#ifndef IO_RUN_H
#define IO_RUN_H

#include <sys/un.h>

#include "base/arena.h"
#include "base/str.h"

/* <run.dir>/<name><suffix>; NUL-terminated. */
struct str run_path(struct arena *a, const char *name, const char *suffix);
/* The same as an address; -1 when it is too long for one. */
int run_address(const char *name, const char *suffix, struct sockaddr_un *out);

#endif
