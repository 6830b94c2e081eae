#include "base/fault.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void fault_point(const char *name)
{
	static int64_t left;
	const char *wanted = getenv("IM_FAULT"), *after;

	if (!wanted || strcmp(wanted, name))
		return;
	if (!left) {
		after = getenv("IM_FAULT_AFTER");
		if (!after || !str_to_int(str_of(after), &left) || left < 1)
			left = 1;
	}
	if (--left == 0)
		raise(getenv("IM_FAULT_STOP") ? SIGSTOP : SIGKILL);
}
