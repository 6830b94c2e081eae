#include "push/origin.h"

#include "base/conf.h"

struct push_base push_origin(enum push_provider_id id)
{
	switch (id) {
	case PUSH_APNS:
		return (struct push_base){
			.send = str_of(conf.push.apns_url),
			.sandbox = str_of(conf.push.apns_sandbox_url),
		};
	case PUSH_FCM:
		return (struct push_base){
			.send = str_of(conf.push.fcm_url),
			.token = str_of(conf.push.fcm_token_url),
		};
	case PUSH_HUAWEI:
		return (struct push_base){
			.send = str_of(conf.push.huawei_url),
			.token = str_of(conf.push.huawei_token_url),
		};
	case PUSH_MIPUSH:
		return (struct push_base){
			.send = str_of(conf.push.mipush_url),
		};
	case PUSH_WEBPUSH:
		break; /* each device names its own */
	}
	return (struct push_base){ .send = STR("") };
}

struct push_limits push_limits(void)
{
	return (struct push_limits){
		.ca_file = *conf.push.ca_file ? conf.push.ca_file : NULL,
		.connections = (int)conf.push.connections,
		.streams = (int)conf.push.streams,
		.timeout_ms = (int)conf.push.timeout_ms,
	};
}
