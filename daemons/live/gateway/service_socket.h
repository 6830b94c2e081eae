/* service_socket: the sockets of the services. */
#ifndef LIVE_SERVICE_SOCKET_H
#define LIVE_SERVICE_SOCKET_H

#include <sys/socket.h>
#include <sys/un.h>

/* Exits if the path is too long. */
void service_socket_address(const char *name, struct sockaddr_un *out);
/* A Unix socket connects at once or fails: a non-blocking descriptor, or -1
 * with errno. */
int service_socket_connect(const struct sockaddr_un *address);

#endif
