/*
 * unix_listen: a listening Unix socket, which one process has.
 *
 * A socket file that its process left behind is replaced.  One at which
 * somebody listens is not: a second copy of a program must not take the clients
 * of the first one in silence.
 */
#ifndef IO_UNIX_LISTEN_H
#define IO_UNIX_LISTEN_H

#include <sys/un.h>

/*
 * The socket, close-on-exec, to which owner and group of the file may connect;
 * -1 with errno.  EADDRINUSE: another process listens there; ENOTSOCK: the file
 * is no socket.
 */
int unix_listen(const struct sockaddr_un *at, int backlog);

#endif
