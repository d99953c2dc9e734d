"""Middle column: who stands at the window, what the platform has of them, and the paper made."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from counter_app.domain.identity import DocumentKind, Identity, Source
from counter_app.domain.item import ItemSummary
from counter_app.domain.masking import mask_name, mask_number
from counter_app.domain.visit import Lookup, Visit, VisitState
from ui import theme
from ui.clerk import rows
from ui.clerk.model import ClerkModel
from ui.clerk.paper_view import PaperView
from ui.clerk.reveal_bar import RevealBar
from ui.clerk.warnings import warnings_of
from ui.widgets.banner import Banner
from ui.widgets.frames import card, label, set_tag
from ui.widgets.key_button import KeyButton
from ui.widgets.row_list import RowList
from ui.words import minute, tr

PREAPPLICATIONS, LICENCES, CASES, ITEMS, PAPER = range(5)

_LONG_NAME = 16
NO_GROUP = ("97", "98")  # 其他, 外国血统中国籍人士

_SOURCES = {
    Source.CARD: "刷卡",
    Source.CODE: "扫码",
    Source.PLATFORM: "平台",
    Source.TYPED: "手工录入",
}


class ApplicantPanel(QWidget):
    """Shows the applicant. Signals: `take_up(pre-application id)`, `take_item(item code)`."""

    take_up = Signal(str)
    take_item = Signal(str)

    def __init__(self, model: ClerkModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._name = label("", "big", wrap=True)
        self._source = label(tag="ok")
        self._facts = label("")
        self._number = label("")
        self._validity = label(role="soft")
        self._address = label(role="soft", wrap=True)
        self._photo = label(tr("照片不可用\n请与证件\n核对"))
        self._photo.setObjectName("photo")
        self._photo.setFixedSize(74, 92)
        self._photo.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._welcome = label(
            tr("把身份证放在读卡器上,或扫预申请的二维码。\n办事人、预申请、证照会显示在这里。"),
            "soft",
            wrap=True,
        )
        self.reveal = KeyButton(tr("显示全部"), "F7")
        self.reveal_bar = RevealBar()
        self.banner = Banner()
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(tr("办事人的资料"))
        self.preapplications = RowList(tr("网上预申请"))
        self.licences = RowList(tr("电子证照"))
        self.cases = RowList(tr("办件"))
        self.items = RowList(tr("事项"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("事项名称、拼音首字母或编码"))
        self.search.setAccessibleName(tr("查找事项"))
        self.search.setMaxLength(60)
        self.paper = PaperView()
        self._lists = QStackedWidget()
        self._build()
        self._connect()
        self.show_visit()

    # -- what is shown ---------------------------------------------------------------------------

    def show_visit(self) -> None:
        """Repaint from the model."""
        visit = self._model.visit
        here = visit.identity is not None
        self._person.setVisible(here)
        self._welcome.setVisible(not here)
        self.tabs.setVisible(here)
        self._lists.setVisible(here)
        if visit.identity is None:
            self._clear()
            return
        self._show_identity(visit.identity, visit)
        self._show_tabs(visit)
        self._show_banner()

    def show_items(self, found: tuple[ItemSummary, ...]) -> None:
        """Items found by the search."""
        self.items.show_rows(tuple(rows.item_row(item) for item in found))
        self._show_empty()

    def show_paper(self, picture: QImage) -> None:
        """The paper as a picture."""
        self.paper.show_page(picture)
        self._offer_paper(offered=True)
        self.tabs.setCurrentIndex(PAPER)

    def show_card_seen(self) -> None:
        """A card lies on the reader: answer at once, even before it is read."""
        if self._model.visit.state is VisitState.WAITING:
            self._welcome.setText(tr("正在读取证件,请不要移动…"))

    def show_photo(self, picture: object) -> None:
        """The portrait from the card (BMP), where the counter has a decoder for it."""
        assert isinstance(picture, bytes)
        image = QImage.fromData(picture)
        if image.isNull() or self._model.visit.identity is None:
            return
        room = self._photo.size()
        kept = Qt.AspectRatioMode.KeepAspectRatio
        smooth = Qt.TransformationMode.SmoothTransformation
        self._photo.setPixmap(QPixmap.fromImage(image.scaled(room, kept, smooth)))

    def begin_search(self) -> None:
        """Go to the search for items."""
        if self._model.visit.identity is not None:
            self.tabs.setCurrentIndex(ITEMS)
            self.search.setFocus()
            self.search.selectAll()

    def _show_identity(self, identity: Identity, visit: Visit) -> None:
        revealed = self._model.revealed
        theme.cover(identity.name)
        self._show_name(identity.name if revealed else mask_name(identity.name))
        at = minute(visit.received_at) if visit.received_at else ""
        self._source.setText(f"{tr(_SOURCES[identity.source])} {at}")
        claimed = identity.kind is DocumentKind.ORGANISATION and identity.source is Source.CODE
        set_tag(self._source, "warn" if claimed or identity.source is Source.TYPED else "ok")
        facts = [_sex(identity), _nation(identity)]
        if identity.born is not None:
            facts.append(
                identity.born.isoformat()
                if revealed
                else tr("{year} 年出生", year=identity.born.year)
            )
        self._facts.setText("　".join(filter(None, facts)))
        self._number.setText(identity.number if revealed else mask_number(identity.number))
        self._validity.setText(_validity(identity))
        address = identity.new_address or identity.address
        self._address.setText(address if revealed else "")
        self._address.setVisible(revealed and bool(address))
        self._photo.setVisible(identity.source is Source.CARD)
        self.reveal.set_word(tr("隐藏") if revealed else tr("显示全部"))

    def _show_name(self, name: str) -> None:
        """Large, smaller for a name that would need three lines, regular where bold has a gap."""
        self._name.setText(name)
        role = "big" if len(name) <= _LONG_NAME else "title"
        plain = not theme.bold_covers(name)
        if (self._name.property("role"), self._name.property("plain")) != (role, plain):
            self._name.setProperty("role", role)
            self._name.setProperty("plain", plain)
            self._name.style().unpolish(self._name)
            self._name.style().polish(self._name)

    def _show_tabs(self, visit: Visit) -> None:
        knowledge = visit.knowledge
        today = self._model.now.date()
        on_desk = visit.taken_up.preapplication if visit.taken_up else None
        self.preapplications.show_rows(
            tuple(
                rows.preapplication_row(p, self._window(), on_desk.id if on_desk else "")
                for p in knowledge.preapplications
            )
        )
        shown = {one.identifier for one in visit.presented}
        licences = (
            *visit.presented,
            *(one for one in knowledge.licences if one.identifier not in shown),
        )
        self.licences.show_rows(
            tuple(rows.licence_row(one, today, one.identifier in shown) for one in licences)
        )
        self.cases.show_rows(tuple(rows.case_row(c) for c in knowledge.cases))
        for tab, word, count in (
            (PREAPPLICATIONS, "预申请", len(knowledge.preapplications)),
            (LICENCES, "证照", len(licences)),
            (CASES, "办件", len(knowledge.cases)),
        ):
            known = visit.lookup is Lookup.ANSWERED
            self.tabs.setTabText(tab, f"{tr(word)} {count}" if known else tr(word))
        if visit.state is not VisitState.ACCEPTED:
            self._offer_paper(offered=False)
        self._show_empty()

    def _show_empty(self) -> None:
        """An empty place says what will come there, or why nothing does."""
        lookup = self._model.visit.lookup
        for tab, listed in (
            (PREAPPLICATIONS, self.preapplications),
            (LICENCES, self.licences),
            (CASES, self.cases),
        ):
            text = _NOTHING[tab] if lookup is Lookup.ANSWERED else _EMPTY[lookup]
            listed.say_when_empty(tr(text) if text else "")
        self.items.say_when_empty(tr(_NO_ITEM if self.search.text().strip() else _EMPTY_ITEMS))

    def _show_banner(self) -> None:
        warnings = warnings_of(self._model.visit, self._model.now.date())
        if warnings:
            self.banner.say(warnings[0])
        else:
            self.banner.clear()

    def _clear(self) -> None:
        self._photo.setText(tr("照片不可用\n请与证件\n核对"))
        for text in (
            self._name,
            self._source,
            self._facts,
            self._number,
            self._validity,
            self._address,
        ):
            text.setText("")
        for view in (self.preapplications, self.licences, self.cases, self.items):
            view.show_rows(())
        self.search.setText("")
        self.search.setModified(False)
        self.paper.forget()
        self._offer_paper(offered=False)
        self.reveal_bar.hide()
        self.banner.clear()
        self.tabs.setCurrentIndex(PREAPPLICATIONS)
        self._welcome.setText(
            tr("把身份证放在读卡器上,或扫预申请的二维码。\n办事人、预申请、证照会显示在这里。")
        )

    def _offer_paper(self, *, offered: bool) -> None:
        if self.tabs.isTabVisible(PAPER) != offered:
            self.tabs.setTabVisible(PAPER, offered)

    def _window(self) -> str:
        return self._model.session.window.code if self._model.session else ""

    # -- building --------------------------------------------------------------------------------

    def _build(self) -> None:
        frame, inside = card(tr("办事人"))
        inside.addWidget(label(tr("办事人"), "heading"))
        inside.addWidget(self._welcome)
        self._person = QWidget()
        inside.addWidget(self._person)
        inside.addWidget(self.reveal_bar)
        inside.addWidget(self.banner)
        for word in ("预申请", "证照", "办件", "事项 Ctrl+F", "文书"):
            self.tabs.addTab(tr(word))
        self.tabs.setTabVisible(PAPER, False)
        inside.addWidget(self.tabs)
        search = QWidget()
        search_layout = QVBoxLayout(search)
        search_layout.setContentsMargins(0, 8, 0, 0)
        search_layout.addWidget(self.search)
        search_layout.addWidget(self.items, 1)
        for part in (self.preapplications, self.licences, self.cases, search, self.paper):
            self._lists.addWidget(part)
        inside.addWidget(self._lists, 1)
        inside.addStretch(0)
        self._lay_out_person()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def _lay_out_person(self) -> None:
        across = QHBoxLayout(self._person)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(16)
        across.addWidget(self._photo, 0, Qt.AlignmentFlag.AlignTop)
        facts = QVBoxLayout()
        facts.setSpacing(3)
        facts.addWidget(self._name)
        second = QHBoxLayout()
        second.setSpacing(12)
        second.addWidget(self._facts)
        second.addWidget(self._source)
        second.addStretch(1)
        facts.addLayout(second)
        number = QHBoxLayout()
        number.setSpacing(12)
        number.addWidget(self._number)
        number.addWidget(self._validity)
        number.addStretch(1)
        facts.addLayout(number)
        facts.addWidget(self._address)
        facts.addStretch(1)
        across.addLayout(facts, 1)
        buttons = QVBoxLayout()
        buttons.addWidget(self.reveal)
        buttons.addStretch(1)
        self.reveal.setFixedWidth(142)
        across.addLayout(buttons)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._lists.setCurrentIndex)
        self.preapplications.chosen.connect(self.take_up)
        self.items.chosen.connect(self.take_item)
        self.search.textEdited.connect(self._model.search_items)
        self.search.returnPressed.connect(self._enter_items)
        self.reveal.clicked.connect(self._ask_reason)
        self.reveal_bar.given.connect(self._model.reveal)
        self._model.visit_changed.connect(self.show_visit)
        self._model.items_found.connect(self.show_items)
        self._model.card_seen.connect(self.show_card_seen)
        self._model.photo_decoded.connect(self.show_photo)

    def _enter_items(self) -> None:
        if self.items.rows():
            self.items.select(self.items.rows()[0].key)
            self.items.setFocus()

    def _ask_reason(self) -> None:
        if self._model.revealed:
            self._model.conceal()
        else:
            self.reveal_bar.ask()


_EMPTY = {
    Lookup.NOT_ASKED: "",
    Lookup.ASKING: "正在向平台查询…",
    Lookup.ANSWERED: "",
    Lookup.OFFLINE: "连不上平台,查不到网上资料。可以按 Ctrl+F 选事项离线受理,连上后自动查询。",
    Lookup.FAILED: "平台没有答出来。可以按 Ctrl+F 选事项受理,或按 Ctrl+R 再查一次。",
}
_NOTHING = {
    PREAPPLICATIONS: "没有网上预申请。按 Ctrl+F 选择要办的事项。",
    LICENCES: "平台上没有这个人的电子证照。",
    CASES: "没有办过或正在办的件。",
}
_NO_ITEM = "没有找到这样的事项。换一个词,或用拼音首字母再试。"
_EMPTY_ITEMS = "输入名称、拼音首字母或编码查找,Enter 选用。"


def _sex(identity: Identity) -> str:
    return tr(identity.sex_name) if identity.sex_name else ""


def _nation(identity: Identity) -> str:
    """汉族; the two values that are no group's name stand as they are."""
    if not identity.nation_name:
        return ""
    name = tr(identity.nation_name)
    return name if identity.nation in NO_GROUP else tr("{nation}族", nation=name)


def _validity(identity: Identity) -> str:
    if identity.long_term:
        return tr("长期有效")
    if identity.valid_to is not None:
        return tr("有效至 {day}", day=identity.valid_to.isoformat())
    return ""
