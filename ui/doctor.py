"""`hall-counter doctor`: each part of the counter in a line, with what to do. Loads no Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import resources
from counter_app.clock import SystemClock
from counter_app.errors import HallError, StoreError
from counter_app.ports import PrinterState
from counter_app.settings import Settings
from ui.messages import message
from ui.words import tr

_CLOCK_TOLERANCE = timedelta(seconds=60)
_ANSWER_S = 3.0
_FACES = (
    "HallCounterSong-Regular.ttf",
    "HallCounterHei-Regular.ttf",
    "HallCounterRare-Regular.ttf",
)


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, what to do."""

    what: str
    fine: bool
    state: str
    do: str = ""
    code: str = ""

    def line(self) -> str:
        """The finding as people read it."""
        sign = "✓" if self.fine else "✗"
        rest = f" — {self.do}" if self.do else ""
        code = f" [{self.code}]" if self.code else ""
        return f"{sign} {self.what}: {self.state}{rest}{code}"


def examine(settings: Settings, face: str = "clerk") -> list[Finding]:
    """Look at everything the settings name; takes a few seconds, changes nothing.

    The voice is looked at for the face that speaks.
    """
    checks: tuple[tuple[str, Callable[[Settings], Finding]], ...] = (
        (tr("读卡器"), _reader),
        (tr("扫码枪"), _gun),
        (tr("摄像头"), _camera),
        (tr("打印机"), _printer),
        (tr("字体"), _fonts),
        (tr("钥匙串"), _keyring),
        (tr("本机办件库"), _store),
        (tr("设备密钥"), _device_secret),
        (tr("签名钥匙"), _device_key),
        (tr("平台"), _platform),
        (tr("时钟"), _clock),
        *(((tr("语音"), _voice),) if face == "display" else ()),
    )
    findings = []
    for what, check in checks:
        try:
            findings.append(check(settings))
        except HallError as error:
            said = message(error.code, **error.facts)
            findings.append(Finding(what, False, said.what, said.do, said.code))
        except Exception as error:  # noqa: BLE001 - whatever is missing, the others are looked at
            findings.append(
                Finding(
                    what,
                    False,
                    tr("检查时出了意外"),
                    tr("请记下代码,联系技术支持。"),
                    type(error).__name__,
                )
            )
    return findings


def _reader(settings: Settings) -> Finding:
    what = tr("读卡器")
    if settings.reader.kind == "none":
        return Finding(what, True, tr("设置里没有读卡器"))
    from counter_app.devices.card_reader import SerialCardReader
    from counter_app.domain.reading import ReaderLost, ReaderReady

    reader = SerialCardReader(settings.reader.port, baud=settings.reader.baud)
    try:
        event = _first(reader.next_event, (ReaderReady, ReaderLost))
    finally:
        reader.close()
    if isinstance(event, ReaderReady):
        return Finding(what, True, tr("就绪,安全模块 {sam}", sam=event.sam_id or "?"))
    code = event.code if isinstance(event, ReaderLost) else "reader.silent"
    said = message(code)
    return Finding(what, False, said.what, said.do, code)


def _gun(settings: Settings) -> Finding:
    from counter_app.domain.reading import GunLost, GunReady
    from ui.assembly_gun import build_gun, wedge_rules

    what = tr("扫码枪")
    gun = build_gun(settings)
    types = wedge_rules(settings) is not None
    if gun is None:
        said = tr("键盘模式,请在窗口里点「扫码枪」扫测试码") if types else tr("设置里没有扫码枪")
        return Finding(what, True, said)
    try:
        event = _first(gun.next_event, (GunReady, GunLost))
    finally:
        gun.close()
    if isinstance(event, GunReady):
        return Finding(what, True, tr("就绪"))
    code = event.code if isinstance(event, GunLost) else "gun.port_missing"
    if types and code == "gun.port_missing":
        return Finding(what, True, tr("没有接专线的扫码枪,按键盘模式等候扫码"))
    said_of = message(code)
    return Finding(what, False, said_of.what, said_of.do, code)


def _camera(settings: Settings) -> Finding:
    """Whether the camera of the settings gives pictures; else which ones the machine has."""
    from counter_app.domain.reading import CameraLost, CameraReady
    from ui.assembly import build_camera

    what = tr("摄像头")
    camera = build_camera(settings)
    if camera is None:
        return Finding(what, True, tr("设置里没有摄像头") + _cameras_there())
    try:
        event = _first(camera.next_event, (CameraReady, CameraLost))
    finally:
        camera.close()
    if isinstance(event, CameraReady):
        return Finding(what, True, tr("就绪,{name}", name=event.name))
    code = event.code if isinstance(event, CameraLost) else "camera.no_picture"
    said = message(code)
    there = _cameras_there() if code == "camera.missing" else ""
    return Finding(what, False, said.what + there, said.do, code)


def _cameras_there() -> str:
    """The machine's cameras by name and path, for `camera.name` and `camera.source`; or ""."""
    from counter_app.devices.camera import cameras

    there = cameras()
    if not there:
        return ""
    of_one_model = Counter(one.name for one in there)
    names = [
        f"{one.name} ({one.place if of_one_model[one.name] > 1 and one.place else one.path})"
        for one in there
    ]
    return tr(";这台电脑有:{names}", names=", ".join(names))


def _printer(settings: Settings) -> Finding:
    from ui.assembly import build_printer

    what = tr("打印机")
    state = build_printer(settings).state()
    if state in (PrinterState.READY, PrinterState.LOW):
        return Finding(what, True, tr("就绪") if state is PrinterState.READY else tr("纸将尽"))
    if state is PrinterState.OUT:
        return Finding(what, False, tr("打印机缺纸"), tr("请放纸。"))
    code = "printer.missing" if state is PrinterState.MISSING else "printer.stopped"
    said = message(code)
    return Finding(what, False, said.what, said.do, code)


def _fonts(settings: Settings) -> Finding:
    what = tr("字体")
    missing = [name for name in _FACES if not _is_there(f"fonts/{name}")]
    if missing:
        return Finding(
            what, False, tr("少了 {names}", names=", ".join(missing)), tr("请重新安装。")
        )
    from printing.fonts import Face, cover

    cover("湘潭㛃䶮𬭎𫖯𬸣𠅤𢙒𬱖𡛷𠮷𪚥𫠠", Face.SONG)
    return Finding(what, True, tr("齐全,生僻字可印"))


def _is_there(name: str) -> bool:
    try:
        return resources.path(name).is_file()
    except FileNotFoundError:
        return False


def _keyring(settings: Settings) -> Finding:
    from ui.assembly import open_vault

    what = tr("钥匙串")
    vault = open_vault(settings)
    if not vault.protected:
        return Finding(what, True, tr("演示方式:钥匙放在文件里,没有保护"))
    return Finding(what, True, tr("可用"))


def _store(settings: Settings) -> Finding:
    from counter_app.store import database, local_store
    from ui.assembly import open_vault

    what = tr("本机办件库")
    try:
        there = (settings.data_dir / database.FILE_NAME).exists()
        vault = open_vault(settings) if there else None
        finding = local_store.look_at(settings.data_dir, vault) if vault else None
    except StoreError as error:
        if error.code != "store.busy":
            raise
        return Finding(what, True, tr("程序正开着,没有检查"))
    if finding is None:
        return Finding(what, True, tr("还没有,第一次打开程序时建立"))
    if not finding.intact:
        raise StoreError("store.audit_broken", place=finding.broken_at)
    return Finding(what, True, tr("完好,审计 {count} 行对得上", count=finding.entries))


def _device_secret(settings: Settings) -> Finding:
    from counter_app.store.vault import DEVICE_SECRET
    from ui.assembly import open_vault

    what = tr("设备密钥")
    if not settings.platform.device:
        return Finding(
            what, False, tr("设置里没有写 platform.device"), tr("请写上平台给这台电脑的编号。")
        )
    if open_vault(settings).get(DEVICE_SECRET) is None:
        raise StoreError("store.no_device_secret")
    return Finding(what, True, tr("已存入,设备 {device}", device=settings.platform.device))


def _device_key(settings: Settings) -> Finding:
    from counter_app.platform_link.signing import DeviceKey
    from counter_app.store.vault import DEVICE_KEY
    from ui.assembly import open_vault

    what = tr("签名钥匙")
    kept = open_vault(settings).get(DEVICE_KEY)
    if kept is None:
        state, do = tr("没有,请求不签名"), tr("平台要求签名的,请运行 hall-counter enrol。")
        return Finding(what, True, state, do)
    return Finding(what, True, tr("已登记,编号 {key}", key=DeviceKey.restored(kept).id))


def _platform(settings: Settings) -> Finding:
    time = _platform_time(settings)
    return Finding(tr("平台"), True, tr("在线,平台时间 {time}", time=time.strftime("%H:%M:%S")))


def _clock(settings: Settings) -> Finding:
    what = tr("时钟")
    try:
        apart = abs(_platform_time(settings) - SystemClock().now())
    except HallError:
        return Finding(what, True, tr("连不上平台,没有比对"))
    if apart <= _CLOCK_TOLERANCE:
        return Finding(
            what, True, tr("与平台相差 {seconds} 秒", seconds=round(apart.total_seconds()))
        )
    return Finding(
        what,
        False,
        tr("与平台相差 {seconds} 秒", seconds=round(apart.total_seconds())),
        tr("请校准电脑时间。"),
    )


def _voice(settings: Settings) -> Finding:
    """Whether the program that speaks is there; nothing is spoken."""
    from counter_app.devices.voice import ChildProcessVoice
    from counter_app.ports import VoiceState

    what = tr("语音")
    voice = ChildProcessVoice(settings.voice.command)
    try:
        state = voice.state()
    finally:
        voice.close()
    if state is VoiceState.NONE:
        return Finding(what, True, tr("设置里没有语音"))
    if state is VoiceState.MISSING:
        program = settings.voice.command[0]
        return Finding(what, False, tr("语音不可用"), tr("请安装 {program}。", program=program))
    return Finding(what, True, tr("就绪"))


def _platform_time(settings: Settings) -> datetime:
    from counter_app.platform_link.http import HttpPlatform
    from counter_app.platform_link.link import Link

    platform = HttpPlatform(
        Link(
            settings.platform.url,
            device=settings.platform.device,
            device_secret=str,
            verify=settings.platform.verify,
        )
    )
    return platform.health()


def _first(next_event: Callable[[float], object], wanted: tuple[type, ...]) -> object:
    """The first event of those kinds within a few seconds, or None."""
    import time

    until = time.monotonic() + _ANSWER_S
    while time.monotonic() < until:
        event = next_event(0.3)
        if isinstance(event, wanted):
            return event
    return None
