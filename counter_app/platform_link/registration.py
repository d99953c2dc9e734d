"""Registering a device's key with the platform, by the device's secret."""

from __future__ import annotations

from dataclasses import dataclass

from counter_app.domain.outgoing import canonical
from counter_app.errors import PlatformError
from counter_app.platform_link import shapes
from counter_app.platform_link.link import Link, checked
from counter_app.platform_link.signing import DeviceKey


@dataclass(frozen=True, slots=True)
class _Registered:
    """POST /v1/device-keys."""

    id: str
    device: str


def register_key(link: Link, device: str, secret: str) -> DeviceKey:
    """A new key that the platform takes from this device from now on.

    Raises PlatformError, and SignatureRefused: `platform.signature_required` where the device has
    one already that is not here, so that an administrator has to revoke it first.
    """
    key = DeviceKey.fresh()
    body = canonical({"secret": secret, "public_key": key.public, "proof": key.proof(device)})
    answer = link.as_device("POST", "/v1/device-keys", body=body)
    registered = shapes.decoded(checked(answer, 201), _Registered)
    if registered.device != device or not registered.id.isascii() or '"' in registered.id:
        raise PlatformError("platform.garbled", where="device key")
    return key.named(registered.id)
