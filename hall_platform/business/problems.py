"""What the handling of cases refuses."""

from __future__ import annotations

from hall_platform.problems import Kind

KINDS = {
    "claimed-elsewhere": Kind(409, "该申请已由其他窗口调取"),
    "not-claimable": Kind(409, "该申请当前状态不能调取"),
    "not-claimed": Kind(409, "该申请未由本窗口调取"),
    "numbers-exhausted": Kind(409, "该窗口当日的办件编号已用完"),
    "number-unknown": Kind(422, "该办件编号未分配给本窗口"),
    "number-used": Kind(409, "该办件编号已被使用"),
    "case-exists": Kind(409, "该办件已由另一操作受理"),
    "material-missing": Kind(422, "必要材料尚未满足"),
    "preapplication-unknown": Kind(422, "没有与本办件相符的网上申请"),
    # the life of a case
    "act-not-allowed": Kind(409, "依照该事项适用的规定，办件现在不能办理该操作，原因见 detail"),
    "case-elsewhere": Kind(409, "该办件由其他县区办理，请由该县区窗口操作"),
    "county-unknown": Kind(422, "没有这个县区，请核对县区代码"),
    "bundle-of-another": Kind(409, "该“一件事”编号属于另一申请人，请重新生成编号"),
    "new-point-in-second-notice": Kind(
        409, "补正内容须一次性告知：再次告知只能列首次告知中尚未补正的内容，并使用原文"
    ),
    "point-unknown": Kind(422, "所列补正内容未告知过或已经补正，请重新读取办件"),
    "same-operator": Kind(409, "受理人员不能办理本件的审核或决定（受办分离），请由其他人员办理"),
    "fee-unlisted": Kind(422, "该事项的收费目录中没有所列收费项目，不得收取"),
    "fee-differs": Kind(422, "缴费金额与该事项的收费标准不符，请核对，或者写明理由"),
    "case-material-unknown": Kind(422, "该办件没有这项材料，请核对材料编码"),
    "paper-not-owed": Kind(409, "该办件没有这种待出具的文书"),
    "paper-number-used": Kind(409, "该文书编号已被本县区的另一份文书使用，请核对后重新编号"),
    "time-ahead": Kind(422, "所填时间晚于平台当前时间，请校准本机时钟后重新办理"),
    "post-not-offered": Kind(409, "该事项不提供邮寄送达，请改为窗口领取"),
    # uploads
    "file-unknown": Kind(422, "没有这份上传文件，请先上传"),
    "upload-type-refused": Kind(415, "不接收这种类型的文件，请上传 PDF、OFD、JPEG 或 PNG"),
    "upload-type-wrong": Kind(422, "文件内容与所声明的类型不符或文件不完整，请检查后重新上传"),
    "upload-length-wrong": Kind(422, "文件长度与所声明的不符，请重新上传"),
    "upload-digest-wrong": Kind(422, "文件内容与所声明的 SHA-256 不符，请重新上传"),
    "upload-too-large": Kind(413, "文件超过 10 MiB，请压缩或拆分后上传"),
}
