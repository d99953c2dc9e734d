"""What the province's side refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "letter-not-refused": Kind(409, "该报送数据不在退回状态，无需处理"),
    "province-item-settled": Kind(409, "该版本已采用或已略过"),
    "province-item-unfit": Kind(422, "省级事项内容与本地目录不符，不能直接采用，请按所列各处核对"),
}
