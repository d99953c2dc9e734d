"""Error and warning codes as sentences: what happened, and what to do now.

Complete both ways by test: every code of `counter_app.errors` and every warning of the domain has a
message here, and every message here has a code. Sentences are in the clerk's words; the code stands
beside them in small type for support.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counter_app.errors import HallError
from ui.words import tr

if TYPE_CHECKING:
    from counter_app.domain.outgoing import OutboxFigures


@dataclass(frozen=True, slots=True)
class Message:
    """What to show: a sentence, what to do, how grave (bad, warn, info), and the code."""

    what: str
    do: str
    kind: str = "bad"
    code: str = ""


_RETRY_LATER = "可以先继续办理,稍后会自动再试。"
_CALL_SUPPORT = "请记下代码,联系技术支持。"
_NUMBER_LATER = "已受理的办件都在本机保存着,不会丢失。"

# code: (what happened, what to do now, kind)
_MESSAGES: dict[str, tuple[str, str, str]] = {
    "settings.unknown_key": ("设置里有不认识的一项:{key}", "请改正或删去这一项。{hint}", "bad"),
    "settings.invalid": ("设置「{key}」的值不能用", "请按操作手册改正这一项。", "bad"),
    "settings.unreadable": ("设置文件读不了", "请检查文件是否存在、格式是否完整。", "bad"),
    "reader.port_missing": (
        "没有找到读卡器",
        "请检查读卡器的连线和电源,插好后会自动恢复。也可以扫码或手工录入。",
        "warn",
    ),
    "reader.port_busy": ("读卡器被别的程序占用", "请关闭其他使用读卡器的程序。", "bad"),
    "reader.silent": ("读卡器没有回应", "请重新插拔读卡器。仍然不行,请换一台。", "bad"),
    "reader.garbled": (
        "读卡器传来的数据不完整",
        "请拿开证件再放一次。常常这样,请检查连线。",
        "warn",
    ),
    "reader.self_test_failed": ("读卡器自检没有通过", "这台读卡器不能用了,请换一台。", "bad"),
    "reader.unauthorised": ("读卡器的安全模块没有授权", "这台读卡器不能用,请联系供应商。", "bad"),
    "reader.protocol": ("读卡器不接受指令", _CALL_SUPPORT, "bad"),
    "card.none": ("没有读到证件", "请把证件平放在读卡器上。", "info"),
    "card.select_failed": ("没有选中证件", "请拿开证件,再放一次。", "warn"),
    "card.read_failed": ("证件没有读完", "请拿开证件,重新放好,读完前不要移动。", "warn"),
    "card.not_genuine": (
        "证件没有通过读卡器的验证:可能是假证,也可能已损坏",
        "请仔细核对证件,不要改用手工录入代替。",
        "bad",
    ),
    "card.unknown_type": (
        "不认识的证件类型「{raw_type}」",
        "请核对证件,按 Ctrl+E 手工录入。",
        "warn",
    ),
    "card.unreadable_text": (
        "证件里的文字读不出来",
        "请拿开再放一次。仍然不行,按 Ctrl+E 手工录入。",
        "warn",
    ),
    "code.unknown": (
        "这个码不认识,没有处理",
        "请出示预申请、受理通知书、号票、预约或用证的码,或者刷身份证。",
        "info",
    ),
    "code.too_long": ("这个码的内容太长,没有处理", "请出示预申请的二维码。", "info"),
    "code.not_found": (
        "平台上查不到这个码",
        "请核对是不是这次办事的码,或者刷身份证查询。",
        "warn",
    ),
    "code.elsewhere": (
        "这个码是别处的:{place}",
        "请办事人到那里办理,或者刷身份证查询在这里的事项。",
        "warn",
    ),
    "code.presentation_over": (
        "用证码已用过、已过期或者无效",
        "请办事人在手机上重新生成用证码。",
        "warn",
    ),
    "code.presentation_empty": (
        "用证码出示的证照已有变更,没有调取到",
        "请办事人重新选择证照,再生成用证码。",
        "warn",
    ),
    "code.ticket_over": ("这个号已经办结或作废", "请办事人重新取号。", "warn"),
    "code.number_only": (
        "这是办件编号的条码,没有查询码",
        "请扫旁边的二维码查进度,或者刷身份证。",
        "info",
    ),
    "code.personal": (
        "这是{issuer},本机不解读个人身份码",
        "请刷身份证;没带身份证的,按 Ctrl+E 手工录入。",
        "info",
    ),
    "code.sign_in_first": ("还没有登录,这个码没有打开", "请登录后再扫一次。", "info"),
    "code.dialog_open": (
        "正在填写,这个码没有打开",
        "请先填完或按 Esc 关闭,再扫一次。",
        "info",
    ),
    "code.used": ("这个码对应的预申请已经办过或撤回", "请刷身份证查看办件。", "info"),
    "picture.missing": ("没有这个文件", "请检查文件名。", "bad"),
    "picture.no_file": ("这不是能读取的文件", "请给出图片文件,并检查读取权限。", "bad"),
    "picture.unreadable": ("文件不是图片,或者不完整", "请重新保存或重新拍照。", "bad"),
    "picture.too_large": ("图片太大,没有打开", "请缩小图片,或只截取有码的部分。", "bad"),
    "gun.port_missing": ("没有找到扫码枪", "请检查连线,插好后会自动恢复。", "warn"),
    "gun.port_busy": ("扫码枪被别的程序占用", "请关闭其他使用扫码枪的程序。", "bad"),
    "gun.forbidden": (
        "这台电脑不让本程序读扫码枪",
        "请系统管理员按运维手册加一条 udev 规则,再重新插上扫码枪。",
        "bad",
    ),
    "gun.wire_lost": (
        "专线枪断开,键盘模式仍可用",
        "请检查连线,插好后会自动恢复。键盘模式的枪可以照常扫码。",
        "warn",
    ),
    "gun.check_layout": (
        "扫码枪用的是另一种键盘布局",
        '请在设置里写 gun.layout = "{value}",或把枪设为美国键盘。',
        "warn",
    ),
    "gun.check_caps": (
        "大写锁定开着时,扫码枪发来的大小写是反的",
        '请在设置里写 gun.caps_lock = "{value}"。',
        "warn",
    ),
    "gun.check_prefix": (
        "码前面的内容与设置的前缀不同",
        '请在设置里写 gun.prefix = "{value}",或改枪的前缀。',
        "warn",
    ),
    "gun.check_suffix": (
        "扫码枪的结束符与设置不同",
        '请在设置里写 gun.suffix = "{value}",或改枪的结束符。',
        "warn",
    ),
    "gun.check_no_suffix": (
        "扫码枪没有在码的后面发结束符",
        '请把枪设为以回车(CR)结尾;不能设的,在设置里写 gun.suffix = "none"。',
        "bad",
    ),
    "gun.check_ending": (
        "码的后面多了别的内容",
        "请把枪的后缀设为回车(CR),去掉其他后缀。",
        "warn",
    ),
    "gun.check_slow": (
        "扫码枪发得慢,两个字之间最长 {pause} 毫秒",
        "请把枪的字符间隔设为 0;不能设的,在设置里写 gun.gap_ms = {value}。",
        "warn",
    ),
    "gun.check_lost": (
        "扫码枪少发了 {count} 个字",
        "请把枪的字符间隔调大一档,或换一个 USB 口,再扫一次。",
        "bad",
    ),
    "gun.check_input_method": (
        "输入法拿走了扫码枪的按键",
        "请关掉输入法再扫,或把枪改为串口、HID-POS 模式。",
        "bad",
    ),
    "gun.check_unreadable": (
        "收到的不是测试码",
        "请再扫一次。仍然这样,请把枪恢复出厂设置,再设为美国键盘、回车结尾。",
        "bad",
    ),
    "gun.check_no_terminal": (
        "这里收不到键盘的输入,不能查键盘模式的扫码枪",
        "请直接在终端里运行这条命令,或在窗口里点「扫码枪」扫测试码。",
        "bad",
    ),
    "gun.incomplete": (
        "扫码枪传来的码没有结尾,没有采用",
        "请再扫一次。每次都这样,请点下方「扫码枪」扫测试码,按提示设置结束符。",
        "warn",
    ),
    "camera.missing": ("没有找到摄像头", "请检查连线,插好后会自动恢复。可以用扫码枪。", "warn"),
    "camera.busy": (
        "摄像头打不开,可能被别的程序占用",
        "请关闭其他使用摄像头的程序,会自动恢复。",
        "warn",
    ),
    "camera.forbidden": (
        "这台电脑不让本程序用摄像头",
        "请系统管理员把登录的用户加入 video 组,再重新登录系统。可以用扫码枪。",
        "bad",
    ),
    "camera.no_picture": ("摄像头没有图像", "请检查连线,插好后会自动恢复。", "warn"),
    "camera.unusable": ("这台电脑不能用摄像头读码", "请用扫码枪,并联系技术支持。", "bad"),
    "platform.fault": ("平台出了故障", _RETRY_LATER, "warn"),
    "platform.garbled": ("平台的回答看不懂", _RETRY_LATER, "warn"),
    "platform.busy": ("平台正忙", _RETRY_LATER, "warn"),
    "platform.receipt_missing": (
        "平台收过这一件,现在却查不到",
        "会自动重新上传,不会重复受理。不用再办一次,办事人不用等。",
        "warn",
    ),
    "platform.receipt_differs": (
        "平台的回执与送出的内容不一致",
        "本机存有完整的一份,不会再自动上传。请告知办事人尚待核实,并联系大厅负责人。",
        "bad",
    ),
    "platform.unreachable": (
        "连不上平台",
        "可以先离线受理,连上后自动上传。" + _NUMBER_LATER,
        "warn",
    ),
    "platform.timeout": ("平台没有及时回答", _RETRY_LATER + _NUMBER_LATER, "warn"),
    "platform.tls": ("平台的安全证书不对,没有连接", "请不要输入密码,联系系统管理员。", "bad"),
    "platform.refused": ("平台没有同意这一步", "请核对办件,或联系科室。({problem})", "bad"),
    "platform.not_found": ("平台上没有找到", "请核对后再试。", "warn"),
    "platform.elsewhere": ("这是别处的:{place}", "请办事人到那里办理。", "warn"),
    "platform.not_allowed": ("您没有做这一步的权限", "请联系大厅负责人。", "bad"),
    "platform.changed_meanwhile": ("这件申请刚刚有了变化", "请重新调取,看过新内容再办。", "warn"),
    "platform.claimed_elsewhere": (
        "这件申请正由别的窗口办理",
        "请与该窗口联系,或请办事人到该窗口。",
        "warn",
    ),
    "platform.rows_forgotten": (
        "这段时间的明细已不再保存",
        "合计数字不受影响。要看明细,请选近一些的日子。",
        "info",
    ),
    "platform.session_ended": ("登录已失效", "请重新登录。已受理的办件会照常上传。", "warn"),
    "platform.clock_off": (
        "这台电脑的时间与平台相差约 {minutes} 分钟,平台不收它的请求",
        "请校准电脑的日期和时间。已受理的都在本机保存着,时间对了会自动上传。",
        "bad",
    ),
    "platform.signature_required": (
        "平台要求这台电脑签名,而它没有平台认可的钥匙",
        "请系统管理员在平台上作废这台设备原来的钥匙,再运行 hall-counter enrol。",
        "bad",
    ),
    "platform.signature_refused": (
        "平台不认这台电脑的签名",
        "请系统管理员核对 platform.url 与平台的对外地址,再运行 hall-counter enrol 重新登记钥匙。",
        "bad",
    ),
    "queue.nobody_waiting": ("没有人在等", "有人取号后会显示在左边。", "info"),
    "queue.not_open": ("窗口没有在叫号", "按 F6 开始叫号。", "warn"),
    "queue.in_hand": ("手中还有一个号", "请先办结、过号、挂起或转号。", "warn"),
    "queue.elsewhere": ("这个号不在本窗口", "左边显示的是现在的情况。", "warn"),
    "queue.changed": ("这个号的情况已经变了", "左边显示的是现在的情况。", "warn"),
    "queue.recall_limit": ("已经叫满次数", "没有人来,按 F4 过号。", "info"),
    "queue.not_here": ("那里不办这项业务", "请选别的业务。", "warn"),
    "queue.ticket_exists": ("此人在那项业务已有号", "请用原来的号。", "warn"),
    "queue.other_person": (
        "这张证件不是 {number} 的",
        "请核对:叫错了人,请其等候;是代办,可以接着办。",
        "warn",
    ),
    "output.unwritable": ("结果写不出去", "请检查磁盘空间和写入的位置。", "warn"),
    "export.unwritable": ("文件写不进去", "请换一个位置,或关闭打开着的同名文件。", "warn"),
    "ticket.service_closed": ("这项业务已停止取号", "请到咨询台询问。", "warn"),
    "ticket.hall_closed": ("现在不是开放时间,不能取号", "请在开放时间再来。", "warn"),
    "ticket.card_needed": ("这项业务须刷证取号", "请返回,把证件放在读卡区。", "warn"),
    "ticket.exists": ("您今天已有这项业务的号", "请使用原来的号。", "warn"),
    "ticket.changed": ("这个号的情况已经变了", "请到咨询台询问。", "warn"),
    "ticket.no_appointment": ("本大厅没有这个预约码", "请核对后再输入,或到咨询台询问。", "warn"),
    "ticket.elsewhere": ("这个预约在别的大厅:{place}", "请到那里签到,或现场取号。", "warn"),
    "ticket.no_case": ("没有查到这个办件", "请核对受理通知书,或到咨询台询问。", "warn"),
    "ticket.appointment_used": ("这个预约已取消、已签到或已过期", "请到咨询台询问。", "warn"),
    "ticket.too_early": ("还没有到签到时间", "请到时间再来签到。", "warn"),
    "ticket.too_late": ("已过签到时间", "请现场取号。", "warn"),
    "sign_in.refused": (
        "用户名或密码不对",
        "请重新输入。再错 {attempts_remaining} 次将锁定。",
        "bad",
    ),
    "sign_in.locked": ("账号已锁定", "请过 15 分钟再试,或请大厅负责人处理。", "bad"),
    "sign_in.more_steps": (
        "这个账号登录还有别的步骤",
        "这里只收密码、动态口令和安全密钥。请先在负责人的页面上做完别的步骤,或换一个账号。",
        "warn",
    ),
    "sign_in.codes_unchecked": (
        "平台现在不能核验动态口令",
        "不是您的口令错了。有安全密钥的请用安全密钥,否则请联系系统管理员。",
        "bad",
    ),
    "sign_in.window_off": (
        "这个窗口已停用",
        "请到其他窗口登录,或请系统管理员启用这个窗口。已受理的办件会照常上传。",
        "warn",
    ),
    "sign_in.over": (
        "这次登录已经失效",
        "等得太久,或这一步已经办过。请从头登录;刚设过新密码的,用新密码。",
        "warn",
    ),
    "sign_in.step_offline": (
        "连不上平台,这一步还没有办成",
        "请检查网络,再按 Enter。窗口锁定前就在的窗口员,可按 Esc 回到开头,用密码解锁。",
        "warn",
    ),
    "sign_in.factor_refused": (
        "没有通过核验",
        "动态口令每 30 秒换一个,用过的不能再用,请等下一个;安全密钥请用登记过的那一个。",
        "bad",
    ),
    "sign_in.code_incomplete": ("动态口令是 6 位数字", "请照手机上显示的输入。", "info"),
    "sign_in.password_short": ("新密码太短", "至少 12 个字符,请再长一些。", "bad"),
    "sign_in.password_long": ("新密码太长", "最多 200 个字符,请短一些。", "bad"),
    "sign_in.password_common": (
        "新密码太容易猜",
        "不要用常见的密码、键盘上相邻的键、重复的或连着的字符。",
        "bad",
    ),
    "sign_in.password_own_name": (
        "新密码里大半是姓名、用户名或大厅的字样",
        "请换成别人想不到的几个词。",
        "bad",
    ),
    "sign_in.password_weak": ("新密码不合要求", "请换一个更长、更难猜的。", "bad"),
    "sign_in.password_unchanged": ("新密码与原来的相同", "请换一个没有用过的。", "bad"),
    "sign_in.passwords_differ": ("两次输入的新密码不一样", "请再输入一遍。", "bad"),
    "sign_in.empty": ("还没有填写用户名和密码", "请填写后按 Enter。", "info"),
    "sign_in.offline": ("连不上平台,现在不能登录", "请检查网络。连上后再登录。", "warn"),
    "sign_in.offline_other": (
        "连不上平台,只有锁定前的窗口员能解锁",
        "换人登录,请等连上平台。没有办完的还在。",
        "warn",
    ),
    "sign_in.offline_refused": (
        "密码不对",
        "现在连不上平台,由本机核对。还可以试 {attempts_remaining} 次。",
        "bad",
    ),
    "sign_in.offline_locked": (
        "密码错了 5 次,离线不能再解锁",
        "请等连上平台后再登录。没有办完的还在,已受理的不受影响。",
        "bad",
    ),
    "security_key.none": ("没有找到安全密钥", "请插上安全密钥,插好会自动接着办。", "info"),
    "security_key.touch": ("请触摸安全密钥", "密钥在闪,用手指按一下它的金属处。", "info"),
    "security_key.not_permitted": (
        "找到了安全密钥,但系统不许这个账户使用",
        "请系统管理员按运行手册「安全密钥」一节给予权限(udev 规则),再重新插拔。",
        "bad",
    ),
    "security_key.several": ("插着不止一个安全密钥", "请只留登记过的那一个。", "warn"),
    "security_key.pin_needed": ("这个安全密钥设有 PIN", "请输入它的 PIN。", "info"),
    "security_key.pin_wrong": (
        "PIN 不对",
        "请重新输入。还可以试 {attempts_remaining} 次,用完后密钥会锁死。",
        "bad",
    ),
    "security_key.pin_paused": (
        "PIN 连错三次,安全密钥暂停使用",
        "请拔下来重新插上,再试一次。",
        "warn",
    ),
    "security_key.pin_blocked": (
        "PIN 错得太多,安全密钥已锁死",
        "这个密钥要重置后重新登记。请找系统管理员。",
        "bad",
    ),
    "security_key.not_enrolled": (
        "这个安全密钥没有登记在这个账号上",
        "请换成登记过的那一个,再试一次。",
        "warn",
    ),
    "security_key.already_enrolled": (
        "这个安全密钥已经登记过",
        "请换一个密钥,再试一次。",
        "warn",
    ),
    "security_key.not_touched": ("没有等到触摸", "请再试一次,密钥闪时按它。", "warn"),
    "security_key.pulled": ("安全密钥中途断开了", "请插好,再试一次。", "warn"),
    "security_key.unusable": (
        "这个安全密钥不能用于登录",
        "请拔下来重新插上再试;仍然不行,请换一个。",
        "bad",
    ),
    "security_key.wrong_place": (
        "平台要的不是这个地址的安全密钥,没有使用",
        "请系统管理员核对平台的对外地址(public_url)与本机的 platform.url;须是 https。",
        "bad",
    ),
    "store.no_keyring": (
        "这台电脑没有可用的钥匙串,办件不能加密保存",
        "请安装并解锁系统钥匙串(例如 gnome-keyring),再打开程序。",
        "bad",
    ),
    "store.key_missing": (
        "本机办件库的钥匙不见了",
        "不要删除任何文件,请联系技术支持恢复钥匙。",
        "bad",
    ),
    "store.no_device_secret": (
        "这台电脑还没有存入设备密钥,办件传不上去",
        "已受理的都在本机保存着。请管理员运行 hall-counter enrol 存入密钥。",
        "bad",
    ),
    "store.wrong_key": ("本机办件库的钥匙不对", "不要删除任何文件,请联系技术支持。", "bad"),
    "store.damaged": ("本机办件库损坏", "不要删除任何文件,请联系技术支持。", "bad"),
    "store.audit_broken": (
        "本机审计记录从第 {place} 行起对不上",
        "可以照常办理,已受理的不受影响。请记下代码和时间,联系技术支持核对;不要删除任何文件。",
        "bad",
    ),
    "store.full": ("磁盘满了,没有保存", "这一件还没有受理。请清理磁盘后再按受理。", "bad"),
    "store.busy": ("程序已经在这台电脑上打开", "请切换到已打开的窗口。", "info"),
    "store.unwritable": (
        "本机办件库写不进去,没有保存",
        "这一件还没有受理。请联系技术支持。",
        "bad",
    ),
    "visit.illegal_step": ("现在不能做这一步", "请先完成当前这一步。", "info"),
    "visit.material_missing": ("材料还没有齐", "请先核验或收取标「!」「○」的材料。", "info"),
    "visit.reason_missing": ("没有写理由", "材料已经满足,仍要纸质的需写明理由。", "info"),
    "visit.wrong_check_digit": (
        "号码的校验位不对",
        "号码照证件显示,没有改动。请与证件核对,确认后可以继续。",
        "warn",
    ),
    "visit.item_unknown": ("这台电脑上还没有这个事项", "请连上平台后再选。", "warn"),
    "paper.uncovered_character": (
        "文书里有一个字({codepoint})没有字形,没有打印",
        "办件已受理。请记下这个字,联系技术支持补字。",
        "bad",
    ),
    "paper.does_not_fit": ("内容太长,文书排不下", "办件已受理。" + _CALL_SUPPORT, "bad"),
    "paper.will_not_print": (
        "这件的受理通知书将印不出来",
        "有的字没有字形,或者排不下。可以受理,通知书须手工出具,请联系技术支持。",
        "warn",
    ),
    "paper.worker_lost": ("文书没有做成", "办件已受理。请按 F10 再打印一次。", "bad"),
    "printer.missing": ("没有找到打印机", "已受理的不受影响。接好打印机后按 F10 打印。", "warn"),
    "printer.refused": ("打印机不收任务", "已受理的不受影响。请检查打印机后按 F10。", "warn"),
    "printer.unreachable": ("打印服务没有回应", "已受理的不受影响。请稍后按 F10 打印。", "warn"),
    "printer.stopped": ("打印机停了", "请检查打印机,恢复后会接着打印。", "warn"),
    "number.check_digit": (
        "号码的校验位不对",
        "号码照证件显示,没有改动。请与证件核对,确认后可以继续。",
        "warn",
    ),
    "number.birth_differs": ("号码里的出生日期与证件上的不同", "请与证件核对。", "warn"),
    "number.sex_differs": ("号码里的性别与证件上的不同", "请与证件核对。", "warn"),
    "nation.unknown": ("证件上的民族代码不认识", "请与证件核对。", "warn"),
    "card.validity_unknown": ("证件上没有写明有效期", "请与证件核对。", "warn"),
    "card.expired": ("证件已过有效期", "请核对有效期,按事项要求处理。", "warn"),
    "card.not_yet_valid": ("证件还没有到有效期", "请与证件核对。", "warn"),
    "birth.future": ("出生日期在今天之后", "请与证件核对。", "warn"),
    "name.private_use": (
        "姓名里有这台电脑没有的字({characters})",
        "姓名照证件保存。请与证件核对,文书打印前需补字。",
        "warn",
    ),
    "name.differs": (
        "平台上这个号码的姓名与证件不同",
        "请核对证件,以证件为准;请当事人更正平台上的资料。",
        "warn",
    ),
}


def codes() -> frozenset[str]:
    """Every code that has a sentence."""
    return frozenset(_MESSAGES)


def sentences() -> tuple[str, ...]:
    """Every sentence, for the test that holds the English table complete."""
    return tuple(text for what, do, _ in _MESSAGES.values() for text in (what, do))


class _Facts(dict[str, object]):
    """A fact that was not given leaves its place empty instead of failing the message."""

    def __missing__(self, key: str) -> str:
        return ""


def message(code: str, **facts: object) -> Message:
    """The message of a code; KeyError for a code nobody wrote a sentence for."""
    what, do, kind = _MESSAGES[code]
    known = _Facts(facts)
    return Message(tr(what).format_map(known), tr(do).format_map(known), kind, code)


def message_of(error: HallError) -> Message:
    """The message of an expected error."""
    return message(error.code, **error.facts)


def notice(what: str, do: str = "") -> Message:
    """A message without a code: something went well."""
    return Message(what, do, "info")


def outbox_message(figures: OutboxFigures) -> Message:
    """How the outbox stands, and what to do about it."""
    if figures.refused:
        return Message(
            tr("有 {count} 件被平台退回", count=figures.refused),
            tr("按 F12 查看,处理后告知办事人。"),
            "bad",
        )
    if figures.waiting:
        return Message(
            tr("有 {count} 件待传", count=figures.waiting), tr("连上平台后自动上传。"), "info"
        )
    return Message(tr("没有待传的办件"), "", "info")
