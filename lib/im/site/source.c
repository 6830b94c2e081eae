#include "im/site/source.h"

#include <arpa/inet.h>
#include <string.h>

#define NET_LEN 8 /* bytes of a /64 */

struct str source_of(struct arena *a, struct str address)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr ip;

	if (address.len >= sizeof(text) || !address.len)
		return address;
	memcpy(text, address.p, address.len);
	text[address.len] = '\0';
	if (inet_pton(AF_INET6, text, &ip) != 1)
		return address;
	if (IN6_IS_ADDR_V4MAPPED(&ip)) {
		inet_ntop(AF_INET, &ip.s6_addr[12], text, sizeof(text));
		return str_of(arena_cstr(a, text));
	}
	memset(ip.s6_addr + NET_LEN, 0, sizeof(ip) - NET_LEN);
	inet_ntop(AF_INET6, &ip, text, sizeof(text));
	return arena_printf(a, "%s/64", text);
}
