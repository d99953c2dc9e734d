"""Halls, windows and devices out of tables (大厅、窗口、设备)."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from hall_platform.access import token_hash
from hall_platform.identity import audit, stations
from hall_platform.identity.tables import devices, halls, windows
from hall_platform.importing.cells import Cells
from hall_platform.importing.reading import Columns
from hall_platform.importing.taking import Taking

HALLS = Columns(
    {"code": "大厅编号", "name": "大厅名称", "region": "行政区划", "address": "地址"},
    needed=("code", "name", "region", "address"),
)
WINDOWS = Columns(
    {"hall": "大厅编号", "code": "窗口编号", "name": "窗口名称", "phone": "电话"},
    needed=("hall", "code", "name"),
)
DEVICES = Columns(
    {
        "code": "设备编号",
        "kind": "设备类型",
        "name": "设备名称",
        "hall": "大厅编号",
        "window": "窗口编号",
    },
    needed=("code", "kind", "hall"),
)
KINDS_OF_DEVICE = {"窗口终端": "window", "自助终端": "kiosk", "叫号屏": "display"}

HALL_CODE = (r"[0-9]{8,32}", "99030201")
WINDOW_CODE = (r"[A-Za-z0-9]{1,8}", "03")


def take_halls(taking: Taking) -> None:
    """Halls by their codes; a hall's region stays as it is, since its keys carry the county."""
    seen: set[str] = set()
    for line in taking.lines(HALLS):
        cells = Cells(line, taking.findings)
        code = cells.code("code", *HALL_CODE)
        values = {
            "name": cells.text("name", 100),
            "region": cells.code("region", r"[0-9]{12}", "990302000000"),
            "address": cells.text("address", 200),
        }
        if code in seen:
            cells.wrong("code", "在文件中出现了两次")
        seen.add(code)
        if not cells.sound:
            continue
        known = taking.connection.execute(select(halls).where(halls.c.code == code)).one_or_none()
        if known is None:
            county = values["region"][:6]
            taking.connection.execute(insert(halls).values(code=code, county=county, **values))
            taking.count("new")
        elif known.region != values["region"]:
            cells.wrong("region", f"这个大厅已登记在 {known.region}，不能改到别处")
        elif (known.name, known.address) != (values["name"], values["address"]):
            taking.connection.execute(update(halls).where(halls.c.code == code).values(**values))
            taking.count("changed")
        else:
            taking.count("unchanged")


def take_windows(taking: Taking) -> None:
    """Windows by hall and code."""
    counties = taking.counties()
    seen: set[tuple[str, str]] = set()
    for line in taking.lines(WINDOWS):
        cells = Cells(line, taking.findings)
        hall = cells.code("hall", *HALL_CODE)
        code = cells.code("code", *WINDOW_CODE)
        name = cells.text("name", 100)
        phone = cells.text("phone", 40, needed=False)
        if hall and hall not in counties:
            cells.wrong("hall", "没有这个大厅，请先导入大厅")
        if (hall, code) in seen:
            cells.wrong("code", "这个大厅的这个窗口在文件中出现了两次")
        seen.add((hall, code))
        if not cells.sound:
            continue
        caller = taking.caller(counties[hall])
        known = taking.connection.execute(
            select(windows).where(windows.c.hall == hall).where(windows.c.code == code)
        ).one_or_none()
        given = {"hall": hall, "code": code, "name": name, "phone": phone}
        if known is None:
            stations.add_window(taking.connection, caller, taking.at, **given)
            taking.count("new")
        elif (known.name, known.phone) != (name, phone):
            stations.change_window(taking.connection, caller, taking.at, **given)
            taking.count("changed")
        else:
            taking.count("unchanged")


def take_devices(taking: Taking) -> None:
    """Devices by code; a new one gets a secret, told once. None moves to another place."""
    counties = taking.counties()
    seen: set[str] = set()
    for line in taking.lines(DEVICES):
        cells = Cells(line, taking.findings)
        code = cells.code("code", r"[A-Za-z0-9._-]{1,64}", "counter-03")
        kind = cells.choice("kind", KINDS_OF_DEVICE)
        hall = cells.code("hall", *HALL_CODE)
        window = cells.code("window", *WINDOW_CODE, needed=False) or None
        name = cells.text("name", 100, needed=False)
        _check_place(taking, cells, kind=kind, hall=hall, window=window)
        if code in seen:
            cells.wrong("code", "在文件中出现了两次")
        seen.add(code)
        if not cells.sound:
            continue
        place = {"kind": kind, "hall": hall, "window": window}
        _take_device(taking, cells, counties[hall], code, name=name, place=place)


def _check_place(taking: Taking, cells: Cells, *, kind: str, hall: str, window: str | None) -> None:
    if hall and hall not in taking.counties():
        cells.wrong("hall", "没有这个大厅，请先导入大厅")
    elif kind == "window" and window is None:
        cells.wrong("window", "窗口终端须有窗口编号")
    elif kind != "window" and window is not None:
        cells.wrong("window", "只有窗口终端有窗口编号")
    elif window is not None and not _is_window(taking, hall, window):
        cells.wrong("window", "这个大厅没有这个窗口，请先导入窗口")


def _is_window(taking: Taking, hall: str, code: str) -> bool:
    known = select(windows.c.code).where(windows.c.hall == hall).where(windows.c.code == code)
    return taking.connection.execute(known).one_or_none() is not None


def _take_device(
    taking: Taking,
    cells: Cells,
    county: str,
    code: str,
    *,
    name: str,
    place: dict[str, str | None],
) -> None:
    connection, caller = taking.connection, taking.caller(county)
    known = connection.execute(select(devices).where(devices.c.code == code)).one_or_none()
    if known is None:
        connection.execute(
            insert(devices).values(
                code=code,
                name=name,
                active=True,
                secret_hash=_secret_hash(taking, code),
                **place,
            )
        )
        audit.record(
            connection,
            audit.by(
                caller, "device-changed", taking.at, code, of_hall=place["hall"], what="imported"
            ),
        )
        taking.count("new")
    elif {"kind": known.kind, "hall": known.hall, "window": known.window} != place:
        cells.wrong("code", "这个编号已用于另一处或者另一类设备，请换一个编号")
    elif name and known.name != name:
        stations.change_device(connection, caller, taking.at, code, name=name, active=known.active)
        taking.count("changed")
    else:
        taking.count("unchanged")


def _secret_hash(taking: Taking, code: str) -> str:
    """Of the secret of a new device, told once; of none while it is only tried."""
    taking.wanted.append((code, False))
    secret = taking.secrets.plain.get(code)
    if secret is None:
        return stations.NO_SECRET
    taking.told.append({"device": code, "secret": secret})
    return token_hash(secret)
