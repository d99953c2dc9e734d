"""Addresses of other platforms, read from one TOML file (`serve --links FILE`).

[province]
url = "https://…"
app_mark = "…"
app_word = "…"
signature = "ed25519"          # or hmac-sm3, sm2
key_file = "province.pem"      # beside this file, or an absolute path

[sources.province]             # a source of shared data, named in the directory's connector
url = "…"
…
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from hall_platform.engines import StoreUnusable
from hall_platform.links.envelope import SignedEnvelope
from hall_platform.links.http import Address
from hall_platform.links.signing import UnusableKey, signer

_KNOWN = {"url", "app_mark", "app_word", "signature", "key_file", "covers", "seconds", "ca_file"}


@dataclass(frozen=True)
class Link:
    """Another platform: its address, and how messages to it are wrapped."""

    address: Address
    envelope: SignedEnvelope


@dataclass(frozen=True)
class Links:
    """All links; none without a file."""

    province: Link | None = None
    sources: Mapping[str, Link] = field(default_factory=dict)


def read_links(path: Path) -> Links:
    """The links of a file. Raises StoreUnusable with a sentence."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
        raise StoreUnusable(f"{path}: not a TOML file ({failure})") from None
    unknown = document.keys() - {"province", "sources"}
    if unknown:
        raise StoreUnusable(f"{path}: unknown section {sorted(unknown)[0]}")
    province = document.get("province")
    return Links(
        province=None if province is None else _link(path, "province", province),
        sources={
            name: _link(path, f"sources.{name}", one)
            for name, one in document.get("sources", {}).items()
        },
    )


def _link(path: Path, section: str, given: Any) -> Link:
    if not isinstance(given, dict) or given.keys() - _KNOWN:
        raise StoreUnusable(f"{path}: [{section}] has something unknown in it")
    try:
        url, mark, word = given["url"], given["app_mark"], given["app_word"]
        key = (path.parent / given["key_file"]).read_bytes()
        made = signer(given.get("signature", "ed25519"), key)
        seconds = float(given.get("seconds", 5.0))
        ca_file = given.get("ca_file")
        covers: Literal["all", "head"] = given.get("covers", "all")
    except KeyError as missing:
        raise StoreUnusable(f"{path}: [{section}] needs {missing.args[0]}") from None
    except (TypeError, ValueError):
        raise StoreUnusable(f"{path}: [{section}] is not as described") from None
    except UnusableKey as failure:
        raise StoreUnusable(f"{path}: [{section}] {failure}") from None
    if not str(url).startswith(("http://", "https://")) or covers not in ("all", "head"):
        raise StoreUnusable(f"{path}: [{section}] needs a url that begins with http")
    if not 0.1 <= seconds <= 60:
        raise StoreUnusable(f"{path}: [{section}] seconds is between 0.1 and 60")
    trusted = str(path.parent / ca_file) if ca_file else None
    return Link(
        Address(str(url), seconds, trusted), SignedEnvelope(str(mark), str(word), made, covers)
    )
