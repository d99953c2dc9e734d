"""All 87,887 Chinese characters of level 3 are printed, and come back out exactly."""

import subprocess

import pypdfium2

from printing.fonts import Face
from printing.layout import Sheet, Style

A_LINE = 40
A_PAGE = 2000
STYLE = Style(Face.SONG, 9, 12)
LEVEL_3 = [
    *range(0x3400, 0x4DB6),
    *range(0x4E00, 0x9FF0),
    *map(ord, "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"),
    *range(0x20000, 0x2A6D7),
    *range(0x2A700, 0x2B735),
    *range(0x2B740, 0x2B81E),
    *range(0x2B820, 0x2CEA2),
    *range(0x2CEB0, 0x2EBE1),
]


def printed(codes):
    """A PDF of these characters, 40 a line and 50 lines a page, as papers set text."""
    sheet = Sheet("字符", "测试")
    for start in range(0, len(codes), A_PAGE):
        page = codes[start : start + A_PAGE]
        for line, first in enumerate(range(0, len(page), A_LINE)):
            text = "".join(map(chr, page[first : first + A_LINE]))
            sheet.text(60, 60 + line * 14, text, STYLE)
        sheet.end_page()
    return sheet.finish()


def extracted(pdf, path):
    """The characters that pdftotext finds, in order, without blanks."""
    path.write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"],
        capture_output=True,
        check=True,
        timeout=100,
    )
    return "".join(done.stdout.decode().split())


def test_all_of_level_3_comes_back_out_exactly(tmp_path):
    assert len(LEVEL_3) == 87_887
    pdf = printed(LEVEL_3)
    found = extracted(pdf, tmp_path / "all.pdf")
    wanted = "".join(map(chr, LEVEL_3))
    differing = [f"U+{ord(a):04X}" for a, b in zip(wanted, found, strict=False) if a != b]
    assert not differing, differing[:20]
    assert len(found) == len(wanted)


def test_a_sample_of_every_block_leaves_ink_in_its_place(tmp_path):
    sample = [*LEVEL_3[::45], LEVEL_3[-1]][:A_PAGE]
    document = pypdfium2.PdfDocument(printed(sample))
    scale = 2
    pixels = document[0].render(scale=scale, grayscale=True).to_numpy().copy()
    document.close()
    for index, code in enumerate(sample):
        line, column = divmod(index, A_LINE)
        left, base = 60 + column * STYLE.size, 60 + line * 14
        box = pixels[
            int((base - 8) * scale) : int((base + 2) * scale),
            int(left * scale) : int((left + STYLE.size) * scale),
        ]
        assert box.min() < 200, f"no ink for U+{code:04X}"
