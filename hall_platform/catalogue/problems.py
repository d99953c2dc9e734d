"""What the catalogue refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "item-unknown": Kind(422, "没有这个事项或这个版本"),
    "item-forms-wrong": Kind(422, "表单定义不能使用，请按所列各处修改后重新发布"),
    "item-validity-wrong": Kind(422, "失效日期早于生效日期"),
    "item-code-differs": Kind(422, "内容中的实施编码与地址中的不同"),
    "item-withdrawn": Kind(409, "这个版本已经下线"),
    "one-thing-disagrees": Kind(409, "一件事所含事项的表单有不同的定义，须先由发布单位统一"),
    "form-unknown": Kind(422, "这个事项没有这张表单"),
}
