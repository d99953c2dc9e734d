"""A gun in HID-POS mode: found by what it says of itself, read a report at a time, lost and found.

Its device is a socket that keeps reports apart, as the kernel's does; where the kernel has no uhid,
none can be made up.
"""

import errno
import os
import socket
import threading

import pytest
from hid_reports import COUNTED, KEYBOARD, counted

from counter_app.devices.hid_pos_gun import HidPosGun
from counter_app.devices.hidraw import HidRawDevice, find_gun
from counter_app.domain.reading import CodeScanned, GunLost, GunReady
from counter_app.errors import GunError

PATIENCE_S = 20


class Machine:
    """A machine's raw HID devices, in a folder, and the gun's plug."""

    def __init__(self, folder):
        self.folder = folder
        self.line = None
        self.refuse = 0
        self.describe("hidraw0", KEYBOARD)

    def describe(self, name, descriptor):
        place = self.folder / name / "device"
        place.mkdir(parents=True, exist_ok=True)
        (place / "report_descriptor").write_bytes(descriptor)

    def plug(self):
        self.line, self._device = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.describe("hidraw1", COUNTED)

    def unplug(self):
        (self.folder / "hidraw1" / "device" / "report_descriptor").unlink()
        self.line.close()

    def open(self, _device):
        if self.refuse:
            raise OSError(self.refuse, "refused")
        return self._device.detach()

    def gun(self, **how):
        return HidPosGun(
            look_again_s=0.02,
            find=lambda wanted: find_gun(wanted, descriptions=self.folder),
            opened=lambda device: HidRawDevice(device, self.open),
            **how,
        )


@pytest.fixture
def machine(tmp_path):
    one = Machine(tmp_path)
    one.plug()
    yield one
    one.line.close()


def test_found_beside_a_keyboard_and_read(machine):
    gun = machine.gun()
    assert gun.next_event(PATIENCE_S) == GunReady("/dev/hidraw1")
    machine.line.send(counted(b"a" * 56, more=True))
    assert gun.next_event(0.05) is None
    machine.line.send(counted("名称:测试".encode("gbk") + b"\r\n"))
    machine.line.send(counted(b"next\r"))
    assert gun.next_event(PATIENCE_S) == CodeScanned(b"a" * 56 + "名称:测试".encode("gbk"))
    assert gun.next_event(PATIENCE_S) == CodeScanned(b"next")
    gun.close()


def test_lost_in_the_middle_of_a_scan_and_found_again(machine):
    gun = machine.gun()
    assert gun.next_event(PATIENCE_S) == GunReady("/dev/hidraw1")
    machine.line.send(counted(b"half", more=True))
    assert gun.next_event(0.05) is None
    machine.unplug()
    assert gun.next_event(PATIENCE_S) == GunLost("gun.port_missing")
    assert gun.next_event(0.05) is None
    machine.plug()
    assert gun.next_event(PATIENCE_S) == GunReady("/dev/hidraw1")
    machine.line.send(counted(b"whole"))
    assert gun.next_event(PATIENCE_S) == CodeScanned(b"whole")
    gun.close()


def test_half_a_scan_is_not_joined_to_the_next(machine):
    now = [0.0]
    gun = machine.gun(clock=lambda: now[0])
    assert gun.next_event(0) == GunReady("/dev/hidraw1")
    machine.line.send(counted(b"half", more=True))
    assert gun.next_event(0) is None
    now[0] = 1.5
    machine.line.send(counted(b"whole"))
    assert gun.next_event(0) == CodeScanned(b"whole")
    gun.close()


def test_a_device_this_user_may_not_read_says_so(machine):
    machine.refuse = errno.EACCES
    gun = machine.gun()
    assert gun.next_event(PATIENCE_S) == GunLost("gun.forbidden")
    machine.refuse = 0
    assert gun.next_event(PATIENCE_S) == GunReady("/dev/hidraw1")
    gun.close()


def test_the_prefix_is_taken_off_and_another_device_is_not_taken(machine):
    gun = machine.gun(prefix=b"]C1")
    gun.next_event(PATIENCE_S)
    machine.line.send(counted(b"]C1HCPRE:7"))
    assert gun.next_event(PATIENCE_S) == CodeScanned(b"HCPRE:7")
    gun.close()
    with pytest.raises(GunError) as raised:
        find_gun("/dev/hidraw0", descriptions=machine.folder)
    assert raised.value.code == "gun.port_missing"


def test_no_raw_devices_at_all(tmp_path):
    with pytest.raises(GunError):
        find_gun(descriptions=tmp_path / "nothing")


def test_closing_from_another_thread_ends_the_wait(machine):
    gun = machine.gun()
    gun.next_event(PATIENCE_S)
    closer = threading.Timer(0.05, gun.close)
    closer.start()
    assert gun.next_event(PATIENCE_S) is None
    closer.join()


def test_an_open_device_is_let_go_of(machine):
    before = len(os.listdir("/proc/self/fd"))
    gun = machine.gun()
    gun.next_event(PATIENCE_S)
    gun.close()
    assert len(os.listdir("/proc/self/fd")) == before - 1  # the gun's end was handed over
