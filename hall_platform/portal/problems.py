"""What the online hall refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "account-unknown": Kind(403, "没有与本次登录对应的网上用户"),
    "identity-not-verified": Kind(403, "须先完成实名核验：请携带证件到任一大厅窗口核验后再办"),
    "not-authorised": Kind(403, "没有代该申请人办理此事项的有效授权，请先取得对方确认"),
    "hall-does-not-take-it": Kind(422, "所选大厅不受理该事项，请从办事指南列出的大厅中选择"),
    "item-changed": Kind(409, "事项实施清单已更新，请按新版重新填写"),
    "form-invalid": Kind(422, "表单内容不完整或不符合要求，请按所列各项改正"),
    "upload-unknown": Kind(422, "所列文件尚未上传，请先上传文件"),
    "material-unknown": Kind(422, "该事项没有所列的材料，或该材料不能上传"),
    "draft-elsewhere": Kind(409, "该草稿已转交，请先凭转交码取回"),
    "draft-done": Kind(409, "该草稿已提交或已删除，不能再改"),
    "too-many-drafts": Kind(409, "草稿已达上限，请先提交或删除不用的草稿"),
    "code-unknown": Kind(404, "转交码不存在、已过期或不属于本人，请核对"),
    "too-many-guesses": Kind(429, "输错次数过多，请稍后再试"),
    "preapplication-busy": Kind(409, "该申请已由窗口调取，请联系窗口办理"),
    "preapplication-settled": Kind(409, "该申请当前状态不能进行此操作"),
    "authorisation-settled": Kind(409, "该授权已答复或已结束"),
    "letter-settled": Kind(409, "该来件当前状态不能进行此操作"),
    "too-many-letters": Kind(429, "今日来件已达上限，请明日再提交"),
    "names-a-person": Kind(422, "公开内容含有姓名、证件号码或电话，请删去后再公开"),
}
