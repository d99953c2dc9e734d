"""Examples of e-licences."""

from __future__ import annotations

from hall_platform.examples import CASE, HOLDER, ITEM, Example

LICENCE = {
    "identifier": ("1.2.156.3005.2.11990000MB0B0001XX005.11990302MB0A0007XX.20210911000000.001.K"),
    "type_code": "11990000MB0B0001XX005",
    "type_name": "不动产权证书",
    "number": "试（2021）雨山区不动产权第0010000号",
    "issuer": {"name": "雨山区自然资源局", "code": "11990302MB0A0007XX"},
    "issued_on": "2021-09-11",
    "valid_from": "2021-09-11",
    "valid_to": None,
    "status": "valid",
    "holder": {"kind": "resident", "name": "测试甲", "number": HOLDER["number"]},
    "trust_grade": "A",
    "summary": "坐落：试验省试验市雨山区测试路1号；用途：商业服务；面积：86.40 平方米",
}

EXAMPLES = {
    "POST /v1/licence-queries": Example(
        request={"holder": HOLDER, "item": ITEM, "purpose": "受理申请", "case": CASE},
        answer={"query": "6f1f3f5c-1a02-4c57-9d2a-5b2f0c1e8f0d", "licences": [LICENCE]},
    ),
}
