"""A whole visit in one process in which PySide6 cannot be imported; prints what came of it.

Called with one JSON object: url, device, secret, window, username, password, folder, frame (hex),
item (its name).
"""

import json
import sys
from pathlib import Path


class NoQt:
    """Refuses Qt, so that a hidden import shows itself."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6"):
            raise ImportError(f"{name} must not be needed here")


sys.meta_path.insert(0, NoQt())


def main(told):
    from counter_app.devices.simulators.reader import SimulatedReader
    from counter_app.settings import loads
    from counter_app.store.vault import DEVICE_SECRET, KeyFileVault
    from printing import press
    from ui.assembly import assemble

    data = Path(told["folder"])
    KeyFileVault(data / "keys.json").put(DEVICE_SECRET, told["secret"].encode())
    with SimulatedReader() as simulated:
        simulated.put(bytes.fromhex(told["frame"]))
        settings = loads(
            {
                "platform": {"url": told["url"], "device": told["device"]},
                "window": {"code": told["window"]},
                "reader": {"kind": "serial", "port": str(simulated.port)},
                "printer": {"kind": "file", "folder": str(data / "papers")},
                "store": {"vault": "key_file"},
            },
            data_dir=data,
        )
        assembled = assemble(settings, press=press)
        identity = assembled.reader.read_once(10).identity
        assembled.stop_devices()
    report = visit(assembled.counter, told, identity)
    report["audit_intact"] = assembled.store.verify_audit().intact
    report["qt_loaded"] = any(name.startswith("PySide6") for name in sys.modules)
    assembled.close()
    print(json.dumps(report))


def visit(counter, told, identity):
    session = counter.sign_in.sign_in(told["username"], told["password"], told["window"])
    counter.numbers.top_up(told["window"])
    now = counter.reception.receive(identity)
    now = now.learn(counter.reception.look_up(identity, session))
    mine = [one for one in now.knowledge.preapplications if one.item_name == told["item"]]
    if mine:
        taken_up = counter.reception.take_up_preapplication(identity, mine[0], session)
    else:
        wanted = (i for i in counter.reception.search_items("") if i.name == told["item"])
        taken_up = counter.reception.take_up_item(identity, next(wanted).code, session)
    now = now.take_up(taken_up)
    today = counter.clock.now().date()
    before = now.checklist(today)
    for line in before.missing:
        now = now.see_original(line.material.code)
    case = counter.acceptance.accept(now, session, online=True)
    act = counter.delivery.deliver_case(case.id)
    record = counter.papers.print_notice(case.id, session.operator.id, told["window"])
    record = counter.papers.follow(record)
    return {
        "case": case.id,
        "number": case.number,
        "act": act.state.value,
        "paper": record.state.value,
        "met_at_once": len(before.lines) - len(before.missing),
        "materials": len(before.lines),
    }


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
