#include "http/status.h"

const char *http_reason(int status)
{
	switch (status) {
#define H(number, symbol, reason) \
	case number:              \
		return reason;
#include "http/status.def"
#undef H
	}
	return "Unknown";
}

bool http_is_final(int status)
{
	return status < HTTP_INTERNAL_ERROR && status != HTTP_UNAUTHORIZED &&
	       status != HTTP_TOO_MANY_REQUESTS;
}
