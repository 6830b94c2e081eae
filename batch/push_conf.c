#include "push_conf.h"

#include "base/conf.h"

int64_t push_expiry_ms(void)
{
	return conf.push.expiry_s * 1000;
}

int64_t push_ack_wait_ms(void)
{
	return conf.push.ack_wait_ms;
}

int64_t push_retry_ms(void)
{
	return conf.push.retry_ms;
}

int64_t push_probe_ms(void)
{
	return conf.push.probe_ms;
}

int64_t push_per_minute(void)
{
	return conf.push.device_per_minute;
}
