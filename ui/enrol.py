"""`hall-counter enrol`: gives this counter its device's secret, and makes the key it signs with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from counter_app.errors import (
    PlatformError,
    PlatformRefused,
    SettingsError,
    SignatureRefused,
    StoreError,
)
from counter_app.settings import Settings
from counter_app.store.vault import DEVICE_KEY, DEVICE_SECRET
from ui.messages import message_of
from ui.words import tr

if TYPE_CHECKING:
    from counter_app.platform_link.link import Link
    from counter_app.ports import Vault

_LONGEST = 1024


def enrol(settings: Settings) -> int:
    """Read the secret, try it at the platform, keep it, register a key; the exit code.

    A key that the vault has already and the platform takes is kept.

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
    key = _kept_key(vault)
    tried = _try(settings, secret, key)
    if key is not None and _is_key_refused(tried):  # it was revoked, or is another device's
        key = None
        tried = _try(settings, secret, None)
    if isinstance(tried, PlatformRefused | SignatureRefused):
        said = message_of(tried)
        why = tr("平台不认这个密钥,没有保存:{why}", why=said.what)
        print(f"{why} [{said.code}]\n{said.do}", file=sys.stderr)
        return 1
    vault.put(DEVICE_SECRET, secret.encode("utf-8"))
    where = tr("系统钥匙串") if vault.protected else tr("钥匙文件(没有保护)")
    print(tr("设备 {device} 的密钥已存入{where}。", device=settings.platform.device, where=where))
    if tried is not None:
        _say(tr("还没有向平台核对:{why}"), tried)
        return 0
    print(tr("平台已认可这台设备。"))
    if key is None:
        _register(settings, secret, vault)
    else:
        print(tr("签名钥匙还是原来的,平台认可。"))
    return 0


def _kept_key(vault: Vault) -> bytes | None:
    """The key there is, if it is one."""
    from counter_app.platform_link.signing import DeviceKey

    kept = vault.get(DEVICE_KEY)
    try:
        return DeviceKey.restored(kept).kept() if kept is not None else None
    except StoreError:
        return None


def _register(settings: Settings, secret: str, vault: Vault) -> None:
    """A key of its own for the device; said where the platform does not take it now."""
    from counter_app.platform_link.registration import register_key

    try:
        made = register_key(_link(settings, secret, None), settings.platform.device, secret)
    except PlatformError as failure:
        _say(tr("签名钥匙还没有登记,请稍后再运行一次:{why}"), failure)
        return
    vault.put(DEVICE_KEY, made.kept())
    print(tr("签名钥匙已登记,从现在起这台设备的每个请求都签名。"))


def _say(sentence: str, failure: PlatformError) -> None:
    said = message_of(failure)
    print(f"{sentence.format(why=said.what)} [{said.code}]")


def _is_key_refused(tried: PlatformError | None) -> bool:
    return tried is not None and tried.code == "platform.signature_refused"


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


def _try(settings: Settings, secret: str, key: bytes | None) -> PlatformError | None:
    """Sign the device in with it: None when the platform takes it, else what it said."""
    try:
        _link(settings, secret, key).token(as_device=True)
    except PlatformError as failure:
        return failure
    return None


def _link(settings: Settings, secret: str, key: bytes | None) -> Link:
    from counter_app.platform_link.link import Link
    from counter_app.platform_link.signing import Signer

    return Link(
        settings.platform.url,
        device=settings.platform.device,
        device_secret=lambda: secret,
        verify=settings.platform.verify,
        signer=Signer(lambda: key),
    )
