"""Files by their content: no lie about type, length or content is kept; none leaves unrecorded."""

import hashlib
import io
import socket
import zipfile

import pytest
import requests
from cases_at_work import a_file, received, reviewer
from platform_client import code_of, neighbour, sign_in
from platform_process import PlatformProcess
from store_under_test import opened

PDF, JPEG, PNG, OFD = "application/pdf", "image/jpeg", "image/png", "application/ofd"


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    process = PlatformProcess.start(tmp_path_factory.mktemp("uploads") / "platform")
    yield process
    process.stop()


@pytest.fixture
def clerk(platform):
    with sign_in(platform) as signed_in:
        yield signed_in


def digest(content):
    return hashlib.sha256(content).hexdigest()


def put(client, content, media_type=PDF, sha256=None, length=None):
    return client.http.put(
        f"{client.url}/v1/uploads/{sha256 or digest(content)}?length={length or len(content)}",
        data=content,
        headers={**client.headers, "Content-Type": media_type},
        timeout=20,
    )


def count(platform, table):
    with opened(platform.data_dir) as store:
        return store.execute(f"SELECT count(*) FROM {table}").scalar_one()


def ofd(name="OFD.xml"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "<OFD/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (a_file("pdf"), PDF),
        (a_file("jpeg"), JPEG),
        (a_file("png"), PNG),
        (ofd(), OFD),
        (a_file("pdf", b"x" * 700_000), PDF),  # several pieces
        (a_file("pdf", b"y" * 3_000_000), PDF),  # more than any other body may have
    ],
    ids=["pdf", "jpeg", "png", "ofd", "several pieces", "more than other bodies"],
)
def test_a_file_is_kept_once_and_comes_back_as_it_was(platform, clerk, content, media_type):
    kept = put(clerk, content, media_type)
    assert kept.status_code == 200, kept.text
    assert kept.json() == {
        **{"sha256": digest(content), "media_type": media_type, "length": len(content)},
        "new": True,
    }
    assert put(clerk, content, media_type).json()["new"] is False
    case = received(clerk)
    case.do(clerk, "attach-material", upload=digest(content))
    asked = {"sha256": digest(content), "case": case.id, "purpose": "审查材料"}
    before = uses(platform, case.id)
    got = clerk.post("/v1/upload-queries", asked)
    assert got.content == content
    assert got.headers["content-type"] == media_type
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "attachment" in got.headers["content-disposition"]
    assert uses(platform, case.id) == [*before, "upload"]


def uses(platform, case):
    with opened(platform.data_dir) as store:
        found = store.execute("SELECT resource FROM data_uses WHERE case_id = ?", (case,))
        return found.scalars().all()


@pytest.mark.parametrize(
    ("content", "said", "code"),
    [
        (b"MZ" + b"\0" * 200, {}, "upload-type-wrong"),  # a program that says it is a PDF
        (a_file("png"), {"media_type": JPEG}, "upload-type-wrong"),
        (a_file("pdf")[:-8], {}, "upload-type-wrong"),  # cut off
        (ofd("word/document.xml"), {"media_type": OFD}, "upload-type-wrong"),
        (b"PK\x03\x04" + b"\0" * 60, {"media_type": OFD}, "upload-type-wrong"),
        (a_file("pdf"), {"length": 5_000}, "upload-length-wrong"),
        (a_file("pdf"), {"length": 10}, "upload-length-wrong"),
        (a_file("pdf"), {"sha256": "0" * 64}, "upload-digest-wrong"),
        (a_file("pdf"), {"media_type": "text/html"}, "upload-type-refused"),
        (a_file("pdf"), {"media_type": ""}, "upload-type-refused"),
        (a_file("pdf"), {"sha256": "Z" * 64}, "invalid-request"),
        (a_file("pdf"), {"length": 99_999_999}, "invalid-request"),
        (b"%PDF-1.7" + b"z" * 11_000_000, {"length": 5_000}, "upload-too-large"),
    ],
    ids=[
        *("a program", "a picture of another kind", "cut off", "a text document", "an empty zip"),
        *("shorter than said", "longer than said", "another digest", "a page", "no kind"),
        *("no digest", "said to be huge", "huge"),
    ],
)
def test_a_lie_is_refused_and_nothing_is_kept(platform, clerk, content, said, code):
    before = count(platform, "uploads"), count(platform, "upload_pieces")
    assert code_of(put(clerk, content, **said)) == code
    assert (count(platform, "uploads"), count(platform, "upload_pieces")) == before
    assert clerk.get("/v1/health").status_code == 200


def test_a_file_that_breaks_off_on_its_way_is_not_kept(platform, clerk):
    content = a_file("pdf")
    host, port = clerk.url.removeprefix("http://").split(":")
    before = count(platform, "uploads")
    head = (
        f"PUT /v1/uploads/{digest(content)}?length={len(content)} HTTP/1.1\r\nHost: {host}\r\n"
        f"Authorization: {clerk.headers['Authorization']}\r\nContent-Type: {PDF}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(head.encode() + content[:10])
    assert clerk.get("/v1/health").status_code == 200
    assert count(platform, "uploads") == before


def test_a_file_leaves_only_with_what_it_belongs_to(platform, clerk):
    content = a_file("pdf")
    put(clerk, content)
    case, other = received(clerk), received(clerk)
    asked = {"sha256": digest(content), "case": case.id, "purpose": "审查材料"}
    assert code_of(clerk.post("/v1/upload-queries", asked)) == "not-found"  # of no case yet
    case.do(clerk, "attach-material", upload=digest(content))
    assert clerk.post("/v1/upload-queries", asked).status_code == 200
    assert code_of(clerk.post("/v1/upload-queries", {**asked, "case": other.id})) == "not-found"
    no_reason = {**asked, "purpose": " "}
    assert code_of(clerk.post("/v1/upload-queries", no_reason)) == "invalid-request"
    with neighbour(platform) as there, reviewer(platform, "health") as health:
        for stranger in (there, health):
            assert code_of(stranger.post("/v1/upload-queries", asked)) == "not-found"
    with reviewer(platform) as market:
        assert market.post("/v1/upload-queries", asked).content == content
        assert code_of(put(market, content)) == "not-allowed"
    assert code_of(requests.put(f"{clerk.url}/v1/uploads/{'0' * 64}?length=1", timeout=20)) == (
        "not-signed-in"
    )


def test_a_material_names_a_file_that_is_there_and_an_item_that_has_it(clerk):
    case = received(clerk)
    assert code_of(case.send(clerk, "attach-material", upload="a" * 64)) == "file-unknown"
    assert code_of(case.send(clerk, "attach-material", material="M99")) == "case-material-unknown"


def test_a_file_goes_with_its_case_to_the_county_it_belongs_to(platform, clerk):
    content = a_file("pdf")
    put(clerk, content)
    case = received(clerk, for_county="990304")
    case.do(clerk, "attach-material", upload=digest(content))
    case.do(clerk, "transfer-case")
    asked = {"sha256": digest(content), "case": case.id, "purpose": "审查材料"}
    with neighbour(platform) as there:
        case.do(there, "take-over-case")
        assert there.post("/v1/upload-queries", asked).content == content
