#include "io/run.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/conf.h"

struct str run_path(struct arena *a, const char *dir, const char *name,
    const char *suffix)
{
	return arena_printf(a, "%s/%s/%s%s", conf.run.dir, dir, name, suffix);
}

int run_address(const char *dir, const char *name, const char *suffix,
    struct sockaddr_un *out)
{
	int len;

	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	len = snprintf(out->sun_path, sizeof(out->sun_path), "%s/%s/%s%s",
	    conf.run.dir, dir, name, suffix);
	return len > 0 && (size_t)len < sizeof(out->sun_path) ? 0 : -1;
}

void run_make_dir(const char *dir)
{
	struct sockaddr_un un;

	if (run_address(dir, "", "", &un) == 0)
		(void)mkdir(un.sun_path, 0750);
}
