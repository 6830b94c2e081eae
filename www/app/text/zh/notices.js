/** @type {typeof import('../en/notices.js').notice_texts} */
export const notice_texts = {
	notices: {
		title: '通知',
		on_device: '在此设备上显示通知',
		levels: {
			impossible: '此浏览器不支持通知。',
			denied: '浏览器禁止此页面显示通知。可以在浏览器的网站设置中允许。',
			off: '已关闭',
			open: '已开启，仅在 imcloud 打开时通知。',
			on: '已开启，imcloud 关闭时也会通知。',
		},
		dead: '推送服务已不再识别此设备。请关闭通知后重新开启。',
		preview: '显示消息内容',
		preview_hint: '关闭后，通知只提示有新消息。对你的所有设备生效。',
		test: '向此设备发送测试推送',
		testing: '正在发送…',
		tried: {
			sent: '已发送，通知应很快出现。',
			skipped: '因设置而未发送。',
			waiting: '推送服务没有响应，稍后会重试。',
			failed: '推送服务拒绝了它。',
			dead: '推送服务已不再识别此设备。',
			withdrawn: '未发送：已撤回。',
		},
		because: (text, code) => `${text}（${code}）`,
		offer: '有回复时要在此设备上通知你吗？imcloud 关闭时也会通知。',
		turn_on: '开启',
		not_now: '以后再说',
		later: '尚未发送：打开 imcloud 后发送',
		newer: 'imcloud 有新版本。',
		reload: '加载新版本',
	},
};
