/*
 * run: paths of the Unix sockets of this host ([run] dir): those of the FastCGI
 * services (<name>.sock) and the wake-up sockets of the jobs (<job>.wake).
 */
#ifndef IO_RUN_H
#define IO_RUN_H

#include <sys/un.h>

#include "base/arena.h"
#include "base/str.h"

/* <run.dir>/<name><suffix>; NUL-terminated. */
struct str run_path(struct arena *a, const char *name, const char *suffix);
/* The same as a socket address; -1 if it is too long. */
int run_address(const char *name, const char *suffix, struct sockaddr_un *out);

#endif
