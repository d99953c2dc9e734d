"""What a counter cannot be quicker than: the bare libraries doing the same, and nothing else."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

_LINES = (
    "雨山区市场监督管理局",
    "受理通知书",
    "文书编号：990302202611250300001-SL",
    "测试甲：",
    "你于2026年11月25日向本机关提出的“个体工商户设立登记”登记申请及所附材料收悉。经核对，",
    "申请事项属于本机关办理范围，申请材料齐全、符合规定形式。依据《中华人民共和国市场主体",
    "登记管理条例》第十九条、《促进个体工商户发展条例》，现决定予以受理，特此通知。",
    "申请人 测试甲 证件及号码 居民身份证 9903**********0016",
    "事项名称 个体工商户设立登记 事项编码 11990302MB0A00018J4990100000100",
    "办件编号 990302202611250300001 查询码 EJPGKHBC",
    "受理时间 2026年11月25日（星期三）12时27分 办件类型 承诺件",
    "承诺时限 1个工作日 最迟办结 2026年11月26日（星期四） 收费情况 不收费",
    "收到申请材料清单（共4项） 序号 材料名称 提交方式 原件 复印件 页数 可信等级",
    "1 经营者身份证明 读取证件 电子 免提交 — A",
    "2 经营场所使用证明 电子证照：不动产权证书 电子 免提交 — A",
    "3 个体工商户设立登记申请书 网上提交 电子 免提交 — D",
    "4 租赁合同 网上提交，窗口核验原件 电子 原件退还 — B",
    "说明 1. 标注“免提交”的材料，由本机关通过电子证照、数据共享等方式取得，申请人已免提交",
    "纸质材料；可信等级依照国办函〔2016〕108号划分。",
    "2. 承诺时限自受理次日起按工作日计算，不含休息日和法定节假日。",
    "3. 咨询电话：0000-82300001；监督投诉电话：0000-12345；地址：试验省试验市雨山区市民中路66号。",
    "4. 本通知书一式两份，申请人和受理机关各执一份。请妥善保管，凭此查询进度、领取结果。",
    "申请人（代理人）签名： 签收日期： 年 月 日 受理人员：测小兰 受理窗口：市民之家 综合窗口 03",
    "雨山区市场监督管理局 （受理专用章） 2026年11月25日 统一社会信用代码：11990302MB0A00018J",
)
_HEADINGS = 3


class PlainPaper:
    """The words of a usual notice and its QR code, by reportlab and segno with fonts loaded."""

    def __init__(self) -> None:
        from reportlab.pdfbase.pdfmetrics import registerFont
        from reportlab.pdfbase.ttfonts import TTFont

        import resources

        for name in ("Song-Regular", "Hei-Bold"):
            path = resources.path(f"fonts/HallCounter{name}.ttf")
            registerFont(TTFont(f"Plain{name}", str(path), shapable=False))
        self.make()  # the first one also imports

    def milliseconds(self) -> float:
        """How long one takes."""
        began = time.perf_counter()
        self.make()
        return (time.perf_counter() - began) * 1000

    def make(self) -> bytes:
        """The page as PDF."""
        import segno
        from reportlab.lib.pagesizes import A4
        from reportlab.pdfgen.canvas import Canvas

        out = io.BytesIO()
        canvas = Canvas(out, A4, initialFontName="PlainSong-Regular", invariant=1)
        for number, line in enumerate(_LINES):
            canvas.setFont("PlainHei-Bold" if number < _HEADINGS else "PlainSong-Regular", 10.5)
            canvas.drawString(60, 780 - 24 * number, line)
        path = canvas.beginPath()
        symbol = segno.make("HC1:990302202611250300001:EJPGKHBC", error="m", micro=False)
        for y, row in enumerate(symbol.matrix):
            for x, dark in enumerate(row):
                if dark:
                    path.rect(480 + 2.4 * x, 780 - 2.4 * y, 2.4, 2.4)
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.showPage()
        canvas.save()
        return out.getvalue()


class PlainCommit:
    """One durable commit of as many rows and bytes as an acceptance writes, with SQLCipher."""

    _ROWS = (400, 2100, 1900, 300)  # case, act, paper's facts, audit line

    def __init__(self) -> None:
        from sqlcipher3 import dbapi2

        self._folder = tempfile.TemporaryDirectory(prefix="hall-counter-bench-")
        path = Path(self._folder.name) / "plain.db"
        self._connection = dbapi2.connect(str(path), isolation_level=None)
        for setting in (
            f"PRAGMA key = \"x'{'5a' * 32}'\"",
            "PRAGMA locking_mode = EXCLUSIVE",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
        ):
            self._connection.execute(setting)
        self._connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB)")
        self.milliseconds()

    def milliseconds(self) -> float:
        """How long one takes."""
        bodies = [bytes(size) for size in self._ROWS]
        began = time.perf_counter()
        self._connection.execute("BEGIN IMMEDIATE")
        for body in bodies:
            self._connection.execute("INSERT INTO rows (body) VALUES (?)", (body,))
        self._connection.execute("COMMIT")
        return (time.perf_counter() - began) * 1000

    def close(self) -> None:
        """Remove the file."""
        self._connection.close()
        self._folder.cleanup()
