/*
 * run: paths of the Unix sockets of this host, below [run] dir.  Each directory
 * is writable for the programs that listen there, and its group may connect.
 */
#ifndef IO_RUN_H
#define IO_RUN_H

#include <sys/un.h>

#include "base/arena.h"
#include "base/str.h"

#define RUN_WEB  "web"  /* of services, for web servers: <service>.sock */
#define RUN_GATE "gate" /* of services, for im-live: <service>.sock */
#define RUN_WAKE "wake" /* of jobs: <job>.wake */

/* No socket there: what services share (io/epoch.h). */
#define RUN_EPOCH "epoch"

/* <run.dir>/<dir>/<name><suffix>; NUL-terminated. */
struct str run_path(struct arena *a, const char *dir, const char *name,
    const char *suffix);
/* The same as a socket address; -1 if it is too long. */
int run_address(const char *dir, const char *name, const char *suffix,
    struct sockaddr_un *out);
/* Makes the directory unless it exists; without it, binding fails. */
void run_make_dir(const char *dir);

#endif
