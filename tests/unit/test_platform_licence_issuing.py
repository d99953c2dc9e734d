"""Identifiers, versions and standing of licences, on both stores."""

import json
import re
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres_server import postgres_database
from sqlalchemy import insert, select
from store_under_test import on_postgresql, on_sqlite, settings_of

from hall_platform.check_digits import is_licence_identifier, licence_identifier
from hall_platform.clock import HALL_ZONE
from hall_platform.database import open_store
from hall_platform.licences import issuing, ofd, pdf, pdf_fonts, queries
from hall_platform.licences.tables import licence_files, licence_types, licences
from hall_platform.problems import Problem
from hall_platform.settings import Settings

TYPE = "11990000MB0B00018J006"
ISSUER = {"name": "雨山区市场监督管理局", "code": "11990302MB0A00018J"}
AT = datetime(2026, 11, 24, 10, tzinfo=HALL_ZONE)
HOLDER = {"holder_kind": "resident", "holder_number": "990302199001010016", "holder_name": "测试甲"}
VECTORS = json.loads(
    (Path(__file__).parents[2] / "docs/api/vectors/licence_identifiers.json").read_text("utf-8")
)


def fill(store):
    def work(connection):
        connection.execute(
            insert(licence_types).values(
                code=TYPE,
                name="食品经营许可证",
                definer_name="试验省数据局",
                definer_code=TYPE[:18],
                years=5,
                number_rule="serial",
                number_prefix="JY1990302",
                issuers=json.dumps([ISSUER["code"]]),
            )
        )

    store.write(work)
    return store


@pytest.fixture(
    scope="module",
    params=[on_sqlite(), on_postgresql("postgres")],
)
def store(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("issuing")
    if request.param == "sqlite":
        opened = fill(open_store(settings_of(folder)))
        yield opened
        opened.close()
        return
    with postgres_database() as url:
        opened = fill(open_store(Settings(data_dir=folder, db=url)))
        yield opened
        opened.close()


def issued(connection, **changes):
    facts = {
        "type_code": TYPE,
        "issuer": ISSUER,
        **HOLDER,
        "valid_from": date(2026, 11, 24),
        "valid_to": date(2031, 11, 23),
        "content": {"经营场所": "测试路1号", "主体业态": "餐饮服务经营者"},
        "at": AT,
    }
    return issuing.issue(connection, **{**facts, **changes})


def row_of(store, identifier):
    with store.read() as connection:
        return queries.by_identifier(connection, identifier)


def test_each_licence_has_its_own_serial_and_a_right_check_character(store):
    made = store.write(lambda connection: [issued(connection) for _ in range(50)])
    assert len(set(made)) == 50
    assert all(is_licence_identifier(one) for one in made)
    assert all(one.split(".")[-2] == "001" for one in made)
    row = row_of(store, made[0])
    assert (row.type_name, row.version, row.standing) == ("食品经营许可证", 1, "in_force")
    assert row.summary == "经营场所：测试路1号；主体业态：餐饮服务经营者"
    assert row.number.startswith("JY1990302" + "20261124")


def test_a_change_keeps_the_serial_and_raises_the_version(store):
    first = store.write(issued)
    later = AT.replace(day=25)
    second = store.write(
        lambda connection: issuing.new_version(
            connection,
            first,
            valid_from=date(2026, 11, 25),
            valid_to=None,
            content={"经营场所": "测试路2号"},
            at=later,
            reason="地址变更",
        )
    )
    assert second.split(".")[:-2] == first.split(".")[:-2]
    assert second.split(".")[-2] == "002"
    assert is_licence_identifier(second)
    old, new = row_of(store, first), row_of(store, second)
    assert (old.standing, old.successor, old.standing_reason) == ("superseded", second, "地址变更")
    assert (new.standing, new.number, new.holder_number) == (
        "in_force",
        old.number,
        old.holder_number,
    )
    today, before = date(2026, 11, 25), date(2026, 11, 24)
    assert [queries.status(old, before), queries.status(old, today)] == ["valid", "superseded"]
    with pytest.raises(Problem) as refused:
        store.write(lambda connection: issuing.revoke(connection, first, reason="x", at=later))
    assert refused.value.code == "licence-not-in-force"
    assert refused.value.facts == {"successor": second}


def test_a_revoked_licence_stays_with_its_reason_and_is_not_revoked_twice(store):
    one = store.write(issued)
    store.write(lambda connection: issuing.revoke(connection, one, reason="申请注销", at=AT))
    row = row_of(store, one)
    assert (row.standing, row.standing_reason) == ("revoked", "申请注销")
    assert queries.status(row, AT.date()) == "revoked"
    with pytest.raises(Problem, match="licence-not-in-force"):
        store.write(lambda connection: issuing.revoke(connection, one, reason="x", at=AT))
    with pytest.raises(Problem, match="licence-unknown"):
        store.write(lambda connection: issuing.revoke(connection, "1.2", reason="x", at=AT))


def test_a_type_nobody_defined_is_refused(store):
    with pytest.raises(Problem, match="licence-type-unknown"):
        store.write(lambda connection: issued(connection, type_code="1" * 21))


def test_the_number_of_versions_ends_at_999(store):
    one = store.write(issued)

    def last(connection):
        row = queries.by_identifier(connection, one)
        end = licence_identifier(row.type_code, row.issuer_code, row.serial, 999)
        values = {**dict(row._mapping), "identifier": end, "version": 999}
        connection.execute(insert(licences).values(values))
        return end

    end = store.write(last)
    with pytest.raises(Problem, match="licence-versions-exhausted"):
        store.write(
            lambda connection: issuing.new_version(
                connection, end, valid_from=AT.date(), valid_to=None, content={}, at=AT
            )
        )


@pytest.mark.parametrize(
    ("valid_from", "lapses"),
    [(date(2026, 11, 24), date(2031, 11, 23)), (date(2024, 2, 29), date(2029, 2, 27))],
)
def test_a_licence_lapses_after_its_years(store, valid_from, lapses):
    with store.read() as connection:
        assert issuing.lapses_on(connection, TYPE, valid_from) == lapses


def test_the_file_is_kept_as_it_was_issued(store):
    one = store.write(issued)
    brought = ofd.made(dict(row_of(store, one)._mapping) | {"type_name": "带印章的证照"})
    two = store.write(lambda connection: issued(connection, file=brought))
    with store.read() as connection:
        kept = {
            row.licence: row
            for row in connection.execute(
                select(licence_files).where(licence_files.c.licence.in_([one, two]))
            )
        }
    assert kept[two].content == brought
    package = zipfile.ZipFile(BytesIO(kept[one].content))
    page = package.read("Doc_0/Pages/Page_0/Content.xml").decode()
    for said in ("食品经营许可证", "测试甲", "测试路1号"):
        assert said in page
    assert one in package.read("OFD.xml").decode()


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda one: one["identifier"])
def test_vector(vector):
    made = licence_identifier(vector["type"], vector["issuer"], vector["serial"], vector["version"])
    assert (made == vector["identifier"]) is vector["holds"]
    assert is_licence_identifier(vector["identifier"]) is vector["holds"]


PART = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=32)


@given(PART, PART, PART, st.integers(1, 999), st.data())
def test_one_wrong_character_never_goes_unnoticed(kind, issuer, serial, version, data):
    """ISO 7064 MOD 37,36 finds every single wrong character."""
    whole = licence_identifier(kind, issuer, serial, version)
    assert is_licence_identifier(whole)
    places = [place for place in range(len("1.2.156.3005.2."), len(whole)) if whole[place] != "."]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    if wrong != whole[place]:
        assert not is_licence_identifier(whole[:place] + wrong + whole[place + 1 :])


# files ------------------------------------------------------------------------------------------

LICENCE = {
    "identifier": VECTORS["vectors"][0]["identifier"],
    "type_code": TYPE,
    "type_name": "食品经营许可证",
    "number": "JY19903022026",
    "issuer_name": ISSUER["name"],
    "issuer_code": ISSUER["code"],
    "issued_on": "2026-11-01",
    "valid_from": "2026-11-01",
    "valid_to": "2031-10-31",
    "holder_name": "测㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖",
    "holder_number": "990302199001010016",
    "content": json.dumps({"经营场所": "测试路1号"}),
    "trust_grade": "A",
    "checked_on": None,
}
USE = pdf.Use("受理申请", "食品经营许可", "市民之家 03 窗口", "调取-1", date(2026, 11, 24))


def text_of(page):
    from pypdf import PdfReader

    return re.sub(r"\s", "", PdfReader(BytesIO(page)).pages[0].extract_text())


def test_the_copy_says_what_for_and_until_when_and_can_be_read_back():
    text = text_of(pdf.copy(LICENCE, "valid", USE))
    assert LICENCE["holder_name"] in text
    assert LICENCE["identifier"] in text
    assert "仅用于食品经营许可（受理申请）有效至2027年02月22日" in text
    assert "未加盖电子印章" in text
    assert "核对一致" not in text


def test_a_copy_of_grade_b_says_that_an_officer_compared_it_and_lasts_shorter():
    checked = {**LICENCE, "trust_grade": "B", "checked_on": "2025-03-04"}
    text = text_of(pdf.copy(checked, "valid", USE))
    assert "已与原件核对一致（2025-03-04）仅限政务服务使用" in text
    assert "有效至2026年12月24日" in text


def test_a_copy_never_outlasts_the_licence():
    assert pdf.expires_on({**LICENCE, "valid_to": "2026-12-01"}, USE) == date(2026, 12, 1)
    assert pdf.expires_on({**LICENCE, "valid_to": "2020-01-01"}, USE) == USE.on


def test_what_no_face_has_is_written_as_its_code():
    assert pdf_fonts.covered("测\ue000甲") == "测〔U+E000〕甲"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text("测甲㛃𬭎AZ<>&\"' ：" + "𠅤", min_size=1, max_size=80))
def test_any_text_makes_a_package_that_says_it(said):
    package = ofd.made({**LICENCE, "content": json.dumps({"说明": said})})
    assert ofd.wrong(package) is None
    import xml.etree.ElementTree as ElementTree

    page = zipfile.ZipFile(BytesIO(package)).read("Doc_0/Pages/Page_0/Content.xml")
    codes = ElementTree.fromstring(page).iter(f"{{{ofd.NAMESPACE}}}TextCode")  # noqa: S314 - our own
    assert said in "".join(code.text or "" for code in codes)


def zipped(**members):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    "package",
    [
        b"",
        b"%PDF-1.7",
        zipped(other="x"),
        zipped(OFD_dot_xml="x", __etc="x"),
        zipped(OFD_dot_xml="x", **{"a__._dot___b": "x", ".._dot_": "x", "..__b": "x"}),
        zipped(OFD_dot_xml="x", big="0" * (17 * 1024 * 1024)),
        zipped(OFD_dot_xml="x")[:-30],
    ],
    ids=["nothing", "pdf", "without its root", "absolute", "outside", "bomb", "cut off"],
)
def test_what_is_no_ofd_is_not_kept(package):
    assert ofd.wrong(package)
