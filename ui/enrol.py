"""`hall-counter enrol`: gives this counter the secret of its device on the platform."""

from __future__ import annotations

import sys

from counter_app.errors import PlatformError, PlatformRefused, SettingsError
from counter_app.settings import Settings
from counter_app.store.vault import DEVICE_SECRET
from ui.messages import message_of
from ui.words import tr

_LONGEST = 1024


def enrol(settings: Settings) -> int:
    """Read the secret, keep it in the vault, try it at the platform; the exit code.

    0 when it is stored, tried or not; 1 when the platform refuses it (then it is not stored). A
    platform that is away, busy or out of order has not refused it.
    Raises SettingsError for an empty secret or a counter without `platform.device`, StoreError
    when the vault cannot keep it.
    """
    if not settings.platform.device:
        raise SettingsError("settings.invalid", key="platform.device")
    secret = _asked()
    if not secret or len(secret) > _LONGEST or not secret.isprintable():
        raise SettingsError("settings.invalid", key=tr("设备密钥"))
    from ui.assembly import open_vault

    vault = open_vault(settings)
    tried = _try(settings, secret)
    if isinstance(tried, PlatformRefused):
        said = message_of(tried)
        why = tr("平台不认这个密钥,没有保存:{why}", why=said.what)
        print(f"{why} [{said.code}]", file=sys.stderr)
        return 1
    vault.put(DEVICE_SECRET, secret.encode("utf-8"))
    where = tr("系统钥匙串") if vault.protected else tr("钥匙文件(没有保护)")
    print(tr("设备 {device} 的密钥已存入{where}。", device=settings.platform.device, where=where))
    if tried is None:
        print(tr("平台已认可这台设备。"))
    else:
        said = message_of(tried)
        why = tr("还没有向平台核对:{why}", why=said.what)
        print(f"{why} [{said.code}]")
    return 0


def _asked() -> str:
    """The secret from standard input, or typed unseen; "" when nothing usable comes."""
    if sys.stdin is None:  # closed by whoever started the command
        return ""
    try:
        if sys.stdin.isatty():
            import getpass

            return getpass.getpass(tr("设备密钥(输入时不显示):")).strip()
        return sys.stdin.readline(_LONGEST + 2).strip()
    except (EOFError, UnicodeDecodeError):
        return ""


def _try(settings: Settings, secret: str) -> PlatformError | None:
    """Sign the device in with it: None when the platform takes it, else what it said."""
    from counter_app.platform_link.http import HttpPlatform
    from counter_app.platform_link.link import Link

    platform = HttpPlatform(
        Link(
            settings.platform.url,
            device=settings.platform.device,
            device_secret=lambda: secret,
            verify=settings.platform.verify,
        )
    )
    try:
        platform.calendar()  # whatever only a device that is signed in may ask
    except PlatformError as failure:
        return failure
    return None
