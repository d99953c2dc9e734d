"""What the exchange of shared data refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "resource-unknown": Kind(422, "信息资源目录中没有该资源"),
    "resource-not-shared": Kind(403, "该资源不予共享"),
    "resource-not-needed": Kind(403, "该事项的材料不需要这项数据，不能查询"),
    "resource-stopped": Kind(409, "该资源已被紧急停用，请由申请人提交材料，或稍后再查"),
    "resource-open": Kind(409, "该资源没有停用"),
    "purpose-unfounded": Kind(
        403, "没有找到与该事项和该当事人相符的在办办件或网上申请，请核对后再查"
    ),
    "source-unavailable": Kind(503, "数据来源暂时无法答复，请稍后再查，或请申请人提交材料"),
    "record-unknown": Kind(422, "该当事人名下没有这条记录或这一栏目，请先查询"),
    "correction-settled": Kind(409, "该校核申请当前状态不能进行此操作"),
    "correction-open": Kind(409, "该记录的这一栏目已有校核申请正在办理"),
    "value-unfit": Kind(422, "更正后的内容与该栏目不符，请核对"),
    "rule-unknown": Kind(422, "没有这条数据使用规则"),
}
