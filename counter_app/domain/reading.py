"""What card reader, scan gun and camera report: one small value for each thing that happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from counter_app.domain.identity import Identity


@dataclass(frozen=True, slots=True)
class ReaderReady:
    """The reader answers. `sam_id` names its security module, "" where it would not tell."""

    port: str
    sam_id: str


@dataclass(frozen=True, slots=True)
class ReaderLost:
    """The reader cannot be used now; it is looked for quietly. `code` is one of `reader.*`."""

    code: str


@dataclass(frozen=True, slots=True)
class CardFound:
    """A card was placed on the reader; it is being read."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was read. `photo` is the card's WLT portrait as it is, opaque, or None."""

    identity: Identity
    photo: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NewAddress:
    """The card just read keeps a newer address (追加地址) beside the printed one."""

    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PhotoDecoded:
    """The portrait of the card just read, as a BMP file."""

    picture: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardFailed:
    """The card on the reader was not read. `code` is one of `card.*`; `facts` fill its sentence."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The last card is known to have left the reader.

    After a read, most modules answer "no card" until the card is lifted *and* after it, so this
    may come only when the next card is placed.
    """


@dataclass(frozen=True, slots=True)
class GunReady:
    """The scan gun's port is open."""

    port: str


@dataclass(frozen=True, slots=True)
class GunLost:
    """The scan gun cannot be used now; it is looked for quietly. `code` is one of `gun.*`."""

    code: str


@dataclass(frozen=True, slots=True)
class CodeScanned:
    """A code was scanned; `payload` is what the gun sent, without its line end.

    A payload over the length cap arrives cut to one byte more than the cap, so that whoever reads
    it sees that it is too long.
    """

    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeSent:
    """What a gun on a wire sent while it is checked, all of it.

    `prefix` and `suffix` are what the settings say of it; `suffix` is None where the wire itself
    marks the end.
    """

    sent: bytes = field(repr=False)
    prefix: bytes
    suffix: bytes | None


@dataclass(frozen=True, slots=True)
class ScanIncomplete:
    """A code was scanned and its end did not come: what came may be cut off and is not used."""


@dataclass(frozen=True, slots=True)
class CameraReady:
    """The camera gives pictures; `name` is what it calls itself."""

    name: str


@dataclass(frozen=True, slots=True)
class CameraLost:
    """The camera cannot be used now; it is looked for quietly. `code` is one of `camera.*`."""

    code: str


@dataclass(frozen=True, slots=True)
class PictureTaken:
    """The camera has a new picture to show; it is asked for it."""


ReaderEvent = (
    ReaderReady
    | ReaderLost
    | CardFound
    | CardRead
    | NewAddress
    | PhotoDecoded
    | CardFailed
    | CardRemoved
)
GunEvent = GunReady | GunLost | CodeScanned | CodeSent | ScanIncomplete
CameraEvent = CameraReady | CameraLost | PictureTaken | CodeScanned
