"""What a hall refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    # the arrangement of the hall
    "service-unknown": Kind(422, "大厅没有这项业务，请重新选择"),
    "service-exists": Kind(409, "已有相同编码的业务，请改用其他编码"),
    "prefix-used": Kind(409, "该字头已用于另一项业务，请改用其他字母"),
    "window-not-open": Kind(409, "窗口未由您开放，请先开放窗口"),
    # taking
    "service-closed": Kind(409, "这项业务已停止取号，请到咨询台询问"),
    "hall-closed": Kind(409, "现在不在大厅开放时间，不能取号"),
    "holder-needed": Kind(422, "这项业务须刷身份证件取号"),
    "ticket-exists": Kind(409, "此人今天已有这项业务的号，请使用原来的号"),
    # calling
    "nobody-waiting": Kind(409, "本窗口办理的业务没有人等候"),
    "ticket-in-hand": Kind(409, "本窗口手中还有一个号，请先办结、过号、挂起或转出"),
    "ticket-elsewhere": Kind(409, "该号不在本窗口"),
    "ticket-state": Kind(409, "该号当前状态不能这样办理，请刷新后再看"),
    "recall-limit": Kind(409, "该号已叫满次数，请过号"),
    "passed-too-often": Kind(409, "该号过号次数已满，请重新取号"),
    "service-not-here": Kind(409, "本窗口不办理这项业务，请先转号"),
    "waiting-only-here": Kind(
        409, "还有人等候只有本窗口办理的业务，请先安排其他窗口办理，或确认让其继续等候"
    ),
    "window-closed": Kind(409, "该窗口已关闭，请转到其他窗口"),
    "other-person": Kind(409, "所刷证件与取号人不符，请核对后再受理"),
    # appointments
    "slot-unknown": Kind(422, "没有这个预约时段，请重新选择"),
    "slot-full": Kind(409, "该时段已约满，请另选时段"),
    "slot-booked": Kind(409, "该时段已有预约，名额不能少于已约人数"),
    "already-booked": Kind(409, "此人当天已预约这项业务，请使用原来的预约"),
    "not-yet": Kind(409, "还没有到签到时间，请在开始签到后再来"),
    "too-late": Kind(409, "已过签到时间，请现场取号"),
    "appointment-state": Kind(409, "该预约已取消、已签到或已逾期"),
    # ratings
    "rating-closed": Kind(409, "该评价凭证无效、已用过或已过期"),
    "rating-incomplete": Kind(422, "评价为不满意或非常不满意时，须选择原因并写明情况"),
    "appeal-exists": Kind(409, "该评价已提出过申诉"),
    "appeal-decided": Kind(409, "该申诉已有复核结论"),
}
