"""Seals of the invented bodies: a ring, a star and the name, drawn with the program's own fonts."""

from __future__ import annotations

import hashlib
import io
import math
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from hall_platform.calendar import resources_folder
from hall_platform.seed_data.places import BODIES, CITY, COUNTY, Body

SIDE = 320
RED = (200, 16, 16, 255)
SEALED = ("market", "health", "labour", "insurance", "civil", "land", "city_order", "traffic")


def seals() -> list[dict[str, Any]]:
    """An approval seal (行政审批专用章) for each body that accepts in the hall."""
    keys = (*SEALED, "disabled", "fund")
    return [_seal(serial, BODIES[key]) for serial, key in enumerate(keys, start=1)]


def _seal(serial: int, body: Body) -> dict[str, Any]:
    picture = drawn(body.name, "行政审批专用章")
    region = CITY if body.code[2:8] == CITY else COUNTY
    return {
        "code": f"YZ{region}{serial:03d}",
        "kind": "approval",
        "name": "行政审批专用章",
        "body_name": body.name,
        "body_code": body.code,
        "region": region + "000000",
        "valid_from": "2021-01-01",
        "valid_to": None,
        "sha256": hashlib.sha256(picture).hexdigest(),
        "picture": picture,
    }


def drawn(name: str, kind: str) -> bytes:
    """A round seal as PNG with a clear ground."""
    picture = Image.new("RGBA", (SIDE, SIDE), (255, 255, 255, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((6, 6, SIDE - 6, SIDE - 6), outline=RED, width=8)
    pen.polygon(_star(SIDE / 2, SIDE / 2, 52), fill=RED)
    font = str(resources_folder() / "fonts" / "HallCounterSong-Regular.ttf")
    _around(picture, name, ImageFont.truetype(font, 34))
    small = ImageFont.truetype(font, 26)
    width = pen.textlength(kind, font=small)
    pen.text(((SIDE - width) / 2, SIDE * 0.74), kind, font=small, fill=RED)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _star(across: float, down: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.pi * corner / 5 - math.pi / 2
        points.append((across + reach * math.cos(angle), down + reach * math.sin(angle)))
    return points


def _around(picture: Image.Image, text: str, font: ImageFont.FreeTypeFont) -> None:
    """The text along the upper part of the ring, each character upright to its middle."""
    spread = min(230, 24 * len(text))
    for place, character in enumerate(text):
        share = place / max(1, len(text) - 1) - 0.5
        angle = spread * share
        tile = Image.new("RGBA", (48, 48), (255, 255, 255, 0))
        ImageDraw.Draw(tile).text((24, 24), character, font=font, fill=RED, anchor="mm")
        turned = tile.rotate(-angle, resample=Image.Resampling.BICUBIC)
        across = SIDE / 2 + (SIDE / 2 - 42) * math.sin(math.radians(angle))
        down = SIDE / 2 - (SIDE / 2 - 42) * math.cos(math.radians(angle))
        picture.alpha_composite(turned, (round(across) - 24, round(down) - 24))
