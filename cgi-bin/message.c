/* The message service: sending, history, and changes of messages. */
#include "message.h"

#include "im/consumer/fanout_write.h"
#include "im/conv/append.h"
#include "im/conv/archive.h"
#include "im/conv/away.h"
#include "im/conv/burn.h"
#include "im/conv/conv_log.h"
#include "im/conv/expiry.h"
#include "im/conv/member.h"
#include "im/conv/message_edit.h"
#include "im/conv/message_pin.h"
#include "im/conv/message_react.h"
#include "im/conv/place.h"
#include "im/conv/reaction.h"
#include "im/conv/reader.h"
#include "im/conv/remains.h"
#include "im/conv/scheduled.h"
#include "im/site/app_setting.h"
#include "im/site/report.h"
#include "im/user/chat.h"
#include "im/user/personal.h"
#include "im/user/reminder.h"
#include "im/user/star.h"
#include "service.h"

static const struct web_route *const groups[] = { message_send_routes,
	message_batch_routes, message_read_routes, message_recall_routes,
	message_edit_routes, message_react_routes, message_pin_routes,
	message_hide_routes, message_star_routes, message_reminder_routes,
	message_schedule_routes, message_report_routes, service_ping_routes,
	NULL };

static const struct db_stmt *const *const statements[] = { entry_statements,
	archive_statements, archive_put_statements, conv_statements,
	conv_log_statements, member_statements, place_statements,
	reader_statements, append_statements, mark_statements,
	chat_write_statements, app_setting_statements, act_statements,
	away_statements, remains_statements, burn_statements, expiry_statements,
	message_edit_statements, message_react_statements, reaction_statements,
	message_pin_statements, fanout_now_statements,
	fanout_write_now_statements, personal_write_statements, star_statements,
	reminder_statements, scheduled_statements, report_statements, NULL };

int main(int argc, char **argv)
{
	message_send_init();
	service_at_end(message_send_release);
	return service_main(argc, argv, "message", groups, statements);
}
