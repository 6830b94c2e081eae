#include "net/peer_ip.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#define MAPPED_LEN 12 /* bytes before the four of IPv4 */

static void map(struct in6_addr *ip, const struct in_addr *v4)
{
	memset(ip, 0, sizeof(*ip));
	ip->s6_addr[10] = ip->s6_addr[11] = 0xff;
	memcpy(ip->s6_addr + MAPPED_LEN, v4, sizeof(*v4));
}

bool peer_ip_parse(struct in6_addr *ip, const char *text)
{
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		map(ip, &v4);
		return true;
	}
	return inet_pton(AF_INET6, text, ip) == 1;
}

void peer_ip_of(struct in6_addr *ip, const struct sockaddr *sa)
{
	const struct in_addr local = { .s_addr = htonl(INADDR_LOOPBACK) };

	if (sa->sa_family == AF_INET6)
		*ip = ((const struct sockaddr_in6 *)sa)->sin6_addr;
	else if (sa->sa_family == AF_INET)
		map(ip, &((const struct sockaddr_in *)sa)->sin_addr);
	else
		map(ip, &local);
}

bool peer_ip_is_loopback(const struct in6_addr *ip)
{
	return IN6_IS_ADDR_LOOPBACK(ip) ||
	       (IN6_IS_ADDR_V4MAPPED(ip) && ip->s6_addr[MAPPED_LEN] == 127);
}

const char *peer_ip_text(char dst[PEER_IP_LEN], const struct in6_addr *ip)
{
	if (IN6_IS_ADDR_V4MAPPED(ip))
		inet_ntop(AF_INET, ip->s6_addr + MAPPED_LEN, dst, PEER_IP_LEN);
	else
		inet_ntop(AF_INET6, ip, dst, PEER_IP_LEN);
	return dst;
}
