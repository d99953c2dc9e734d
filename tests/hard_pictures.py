"""Hard pictures of codes, by kind of damage and seed: the same seed gives the same picture.

Each is what a camera might have taken: a sheet or a screen with a symbol on it somewhere in a
cluttered scene, seen in perspective, then spoilt by one kind of damage and a little of what every
camera adds (blur, noise, JPEG). Seeds below JUDGED are for choosing steps; from JUDGED on they
judge, and nothing is chosen by them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import hard_symbols
import numpy

JUDGED = 1_000_000


@dataclass(frozen=True)
class HardPicture:
    """A BGR or grey picture, and what stands in it: (format, payload, corners) of each symbol."""

    kind: str
    seed: int
    picture: numpy.ndarray
    codes: tuple[tuple[str, bytes, numpy.ndarray], ...]

    @property
    def payloads(self):
        return [payload for _, payload, _ in self.codes]


@dataclass
class Scene:
    """What is being made: grey values from 0 to 255, and the symbols put in so far."""

    chance: numpy.random.Generator
    values: numpy.ndarray
    codes: list[tuple[str, bytes, numpy.ndarray]]

    @property
    def size(self):
        height, width = self.values.shape
        return width, height


# What is in it --------------------------------------------------------------------------------


def clutter(chance, width, height):
    """A desk, a wall, a hall: soft light, some edges, some print."""
    coarse = chance.integers(40, 220, (height // 120 + 2, width // 120 + 2)).astype("float32")
    values = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(chance.integers(3, 14))):
        x, y = int(chance.integers(0, width)), int(chance.integers(0, height))
        reach = int(chance.integers(20, width // 2))
        tone = float(chance.integers(10, 245))
        if chance.random() < 0.5:
            cv2.rectangle(values, (x, y), (x + reach, y + reach // 2), tone, -1)
        else:
            cv2.line(values, (x, y), (x + reach, y - reach // 3), tone, int(chance.integers(1, 9)))
    return _printed(values, chance, int(chance.integers(0, 12)))


def _printed(values, chance, lines):
    values = numpy.clip(values, 0, 255).astype("uint8")  # what OpenCV can write text on
    height, width = values.shape
    for _ in range(lines):
        text = hard_symbols.payload_of("ascii", chance, int(chance.integers(5, 40))).decode()
        at = (int(chance.integers(0, width)), int(chance.integers(0, height)))
        size, tone = float(chance.uniform(0.3, 1.6)), float(chance.integers(0, 90))
        cv2.putText(values, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, tone, 1 + int(size))
    return values.astype("float32")


def sheet_of(symbol, chance, *, dot=8, quiet=None, dark=None, light=None, inverse=False):
    """The symbol with its quiet zone on a sheet with a little print; and its corners on it."""
    quiet = symbol.quiet if quiet is None else quiet
    dark = float(chance.integers(0, 70)) if dark is None else dark
    light = float(chance.integers(190, 256)) if light is None else light
    if inverse:
        dark, light = light, dark
    modules = numpy.kron(symbol.modules, numpy.ones((dot, dot), bool))
    high, wide = modules.shape
    edge = dot * quiet
    print_room = int(0.25 * high) if quiet else 0
    sheet = numpy.full((high + 2 * edge + print_room, wide + 2 * edge), light, "uint8")
    sheet[edge : edge + high, edge : edge + wide] = numpy.where(modules, dark, light)
    if print_room > 20:
        text = hard_symbols.payload_of("ascii", chance, 14).decode()
        at = (edge, edge + high + edge // 2 + print_room // 2)
        cv2.putText(sheet, text, at, cv2.FONT_HERSHEY_SIMPLEX, print_room / 60, dark, 2)
    corners = numpy.array([(0, 0), (wide, 0), (wide, high), (0, high)], "float32") + edge
    return sheet.astype("float32"), corners


def lay(scene, symbol, *, share, tilt=0.0, turn=None, at=None, **looks):
    """Lay a symbol into the scene: `share` of the shorter side, tilted and turned.

    `tilt` from 0 (seen from straight above) to about 0.4.
    """
    chance = scene.chance
    width, height = scene.size
    sheet, corners = sheet_of(symbol, chance, **looks)
    high, wide = sheet.shape
    factor = share * min(width, height) / max(corners[2] - corners[0])
    turn = chance.uniform(0, 2 * numpy.pi) if turn is None else turn
    outline = numpy.array([(0, 0), (wide, 0), (wide, high), (0, high)], "float32")
    centred = (outline - (wide / 2, high / 2)) * factor
    turned = centred @ _turning(turn).T
    depth = 1 + (turned @ _unit(chance.uniform(0, 2 * numpy.pi))) / (min(width, height)) * tilt * 2
    seen = (turned / numpy.maximum(depth, 0.3)[:, None]).astype("float32")
    matrix = cv2.getPerspectiveTransform(outline, seen)
    placed = cv2.perspectiveTransform(corners[None], matrix)[0]
    # The whole symbol is to be seen, though its sheet may be cut.
    least, most = placed.min(axis=0), placed.max(axis=0)
    smaller = min(1.0, *(0.97 * numpy.array([width, height]) / (most - least)))
    room = numpy.array([width, height]) - (most - least) * smaller
    at = chance.random(2) * room - least * smaller if at is None else at
    matrix = cv2.getPerspectiveTransform(outline, (seen * smaller + at).astype("float32"))
    if factor < 0.7:  # as a lens does, no detail finer than a pixel
        sheet = cv2.GaussianBlur(sheet, (0, 0), 0.4 / factor)
    cv2.warpPerspective(
        sheet, matrix, (width, height), scene.values, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT
    )
    placed = cv2.perspectiveTransform(corners[None], matrix)[0]
    scene.codes.append((symbol.format, symbol.payload, placed))


def _turning(angle):
    return numpy.array(
        [(numpy.cos(angle), -numpy.sin(angle)), (numpy.sin(angle), numpy.cos(angle))]
    )


def _unit(angle):
    return numpy.array([numpy.cos(angle), numpy.sin(angle)])


def _empty(chance, sizes=((640, 480), (800, 600), (1280, 720), (1280, 960))):
    width, height = sizes[int(chance.integers(0, len(sizes)))]
    if chance.random() < 0.3:
        width, height = height, width
    return Scene(chance, clutter(chance, width, height), [])


def _one(chance, *, share=(0.25, 0.7), tilt=0.12, versions=(1, 8), **looks):
    scene = _empty(chance)
    symbol = hard_symbols.some_qr(chance, versions)
    lay(scene, symbol, share=chance.uniform(*share), tilt=chance.uniform(0, tilt), **looks)
    return scene


# What every camera adds -----------------------------------------------------------------------


def taken(scene, *, blur=(0.3, 0.9), noise=(0.5, 4), quality=(60, 95)):
    """The scene as a camera gives it."""
    chance = scene.chance
    values = cv2.GaussianBlur(scene.values, (0, 0), chance.uniform(*blur))
    values += chance.normal(0, chance.uniform(*noise), values.shape)
    grey = numpy.clip(values, 0, 255).astype("uint8")
    setting = [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(*quality))]
    return cv2.imdecode(cv2.imencode(".jpg", grey, setting)[1], cv2.IMREAD_GRAYSCALE)


def _module_px(scene):
    """About how many pixels a module of the first symbol has; it is taken for a QR code."""
    corners = scene.codes[0][2]
    return float(numpy.sqrt(abs(cv2.contourArea(corners.astype("float32"))))) / 33


# Kinds of damage ------------------------------------------------------------------------------


def plain(chance):
    return taken(scene := _one(chance)), scene


def perspective(chance):
    scene = _empty(chance)
    symbol = hard_symbols.some_qr(chance, (1, 8))
    lay(scene, symbol, share=chance.uniform(0.4, 0.8), tilt=chance.uniform(0.35, 0.85))
    return taken(scene), scene


def blur(chance):
    scene = _one(chance)
    amount = _module_px(scene) * chance.uniform(0.35, 1.0)
    size = max(3, int(2 * amount) | 1)
    if chance.random() < 0.5:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)).astype("float32")
        scene.values = cv2.filter2D(scene.values, -1, disc / disc.sum())
    else:
        scene.values = cv2.GaussianBlur(scene.values, (0, 0), max(0.5, amount / 2))
    return taken(scene), scene


def motion(chance):
    scene = _one(chance)
    length = max(3.0, _module_px(scene) * chance.uniform(0.6, 2.2))
    size = int(2 * numpy.ceil(length / 2) + 3)
    way = numpy.zeros((size, size), "float32")
    middle, half = size // 2, _unit(chance.uniform(0, numpy.pi)) * length / 2
    ends = [tuple(int(16 * (middle + sign * one)) for one in half) for sign in (-1, 1)]
    cv2.line(way, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    scene.values = cv2.filter2D(scene.values, -1, way / way.sum())
    return taken(scene), scene


def glare(chance):
    scene = _one(chance)
    width, height = scene.size
    rows, columns = numpy.mgrid[:height, :width].astype("float32")
    middle, reach = scene.codes[0][2].mean(axis=0), _module_px(scene) * 33
    for _ in range(int(chance.integers(1, 4))):
        x, y = middle + chance.normal(0, 0.35, 2) * reach
        spread = reach * chance.uniform(0.06, 0.22) * numpy.array([1, chance.uniform(0.3, 1)])
        angle = chance.uniform(0, numpy.pi)
        along = (columns - x) * numpy.cos(angle) + (rows - y) * numpy.sin(angle)
        across = (rows - y) * numpy.cos(angle) - (columns - x) * numpy.sin(angle)
        far = (along / spread[0]) ** 2 + (across / spread[1]) ** 2
        scene.values += chance.uniform(150, 420) * numpy.exp(-far / 2)
    scene.values = numpy.minimum(scene.values, 255)
    return taken(scene), scene


def low_light(chance):
    scene = _one(chance)
    scene.values = scene.values * chance.uniform(0.04, 0.22) + chance.uniform(2, 14)
    return taken(scene, noise=(2, 6)), scene


def faint(chance):
    """Little contrast: a bad print, a foggy lens, a bleached receipt."""
    scene = _one(chance, dark=0.0, light=255.0)
    left = chance.uniform(0.05, 0.2)
    scene.values = 128 + (scene.values - 128) * left + chance.uniform(-40, 60)
    return taken(scene, noise=(1, 4)), scene


def shadow(chance):
    scene = _one(chance)
    width, height = scene.size
    light = numpy.ones((height, width), "float32")
    middle, reach = scene.codes[0][2].mean(axis=0), _module_px(scene) * 33
    for _ in range(int(chance.integers(1, 4))):
        points = middle + chance.normal(0, 0.6, (int(chance.integers(3, 6)), 2)) * reach
        cv2.fillPoly(light, [points.astype("int32")], float(chance.uniform(0.12, 0.5)))
    light = cv2.GaussianBlur(light, (0, 0), chance.uniform(0.6, 8))
    scene.values *= light * chance.uniform(0.6, 1)
    return taken(scene), scene


def moire(chance):
    """A phone's screen: the beat of its pixels with the camera's, glow, a reflection."""
    scene = _one(chance, dark=float(chance.integers(5, 40)), light=float(chance.integers(170, 256)))
    width, height = scene.size
    rows, columns = numpy.mgrid[:height, :width].astype("float32")
    bend = 1 + 0.00015 * (columns * chance.normal() + rows * chance.normal())
    for _ in range(2):
        pitch, way = chance.uniform(2.2, 16), _unit(chance.uniform(0, numpy.pi))
        phase = (columns * way[0] + rows * way[1]) * bend * (2 * numpy.pi / pitch)
        scene.values *= 1 + chance.uniform(0.1, 0.42) * numpy.sin(phase)
    scene.values += chance.uniform(0, 35)
    scene.values = numpy.clip(scene.values, 0, 255)
    return taken(scene, blur=(0.5, 1.3)), scene


def curled(chance):
    """Paper round a bottle or rolled up: a cylinder whose axis lies anywhere."""
    scene = _one(chance, share=(0.4, 0.75))
    width, height = scene.size
    (x, y), angle = scene.codes[0][2].mean(axis=0), chance.uniform(0, numpy.pi)
    radius = _module_px(scene) * 33 * chance.uniform(0.55, 1.1)
    rows, columns = numpy.mgrid[:height, :width].astype("float32")
    across = (columns - x) * numpy.cos(angle) + (rows - y) * numpy.sin(angle)
    round_it = numpy.clip(across / radius, -0.98, 0.98)
    shift = (numpy.arcsin(round_it) * radius - across) * (numpy.abs(across) < radius)
    sag = radius * chance.uniform(0, 0.5) * (1 - numpy.sqrt(1 - round_it**2))
    from_x = columns + shift * numpy.cos(angle) - sag * numpy.sin(angle)
    from_y = rows + shift * numpy.sin(angle) + sag * numpy.cos(angle)
    scene.values = cv2.remap(
        scene.values, from_x.astype("float32"), from_y.astype("float32"), cv2.INTER_LINEAR
    )
    scene.values *= 0.45 + 0.55 * numpy.sqrt(1 - round_it**2)
    return taken(scene), scene


def damaged(chance):
    """Scratched, written on, torn, stained."""
    scene = _one(chance)
    corners, reach = scene.codes[0][2], _module_px(scene) * 33
    for _ in range(int(chance.integers(1, 6))):
        along, across = chance.random(2)
        top = corners[0] + (corners[1] - corners[0]) * along
        foot = corners[3] + (corners[2] - corners[3]) * along
        at = tuple(int(one) for one in top + (foot - top) * across)
        tone, what = float(chance.choice([20, 120, 235])), chance.random()
        if what < 0.4:
            end = tuple(int(one) for one in at + chance.normal(0, 0.5, 2) * reach)
            cv2.line(scene.values, at, end, tone, max(1, int(reach * chance.uniform(0.01, 0.04))))
        elif what < 0.8:
            cv2.circle(scene.values, at, max(1, int(reach * chance.uniform(0.03, 0.11))), tone, -1)
        else:
            ink = numpy.zeros(scene.values.shape, "uint8")
            cv2.putText(ink, "XT-2026", at, cv2.FONT_HERSHEY_SIMPLEX, reach / 160, 255, 2)
            scene.values[ink > 127] = tone
    return taken(scene), scene


def inverse(chance):
    return taken(scene := _one(chance, inverse=True, share=(0.15, 0.6))), scene


def tight(chance):
    """No quiet zone, or hardly any, before a busy ground."""
    return taken(scene := _one(chance, quiet=int(chance.integers(0, 2)))), scene


def designed(chance):
    """Round modules, a logo in the middle, pale colours: what advertisers do."""
    scene = _empty(chance)
    symbol = hard_symbols.qr(
        hard_symbols.payload_of("url", chance, 40), error=str(chance.choice(["q", "h"]))
    )
    share, before = chance.uniform(0.3, 0.7), scene.values.copy()
    lay(scene, symbol, share=share, turn=chance.normal(0, 0.3), light=255.0)
    corners, side = scene.codes[0][2], len(symbol.modules)
    square = numpy.array([(0, 0), (side, 0), (side, side), (0, side)], "float32")
    matrix = cv2.getPerspectiveTransform(square, corners.astype("float32"))
    if chance.random() < 0.6:  # dots instead of squares, but for the finder patterns
        dot = max(1, round(float(numpy.linalg.norm(corners[1] - corners[0])) / side / 2.6))
        dark = float(chance.integers(0, 110))
        for row, column in numpy.ndindex(side, side):
            if min(row, side - 1 - row) < 8 and min(column, side - 1 - column) < 8:
                continue
            middle = numpy.array([[(column + 0.5, row + 0.5)]], "float32")
            (x, y) = cv2.perspectiveTransform(middle, matrix)[0, 0]
            box = (slice(int(y) - dot, int(y) + dot + 1), slice(int(x) - dot, int(x) + dot + 1))
            if symbol.modules[row, column] and scene.values[box].size:
                scene.values[box] = 255
                cv2.circle(scene.values, (int(x), int(y)), dot, dark, -1)
    if chance.random() < 0.6:
        part = chance.uniform(0.08, 0.14) * side
        logo = numpy.array(
            [[(side / 2 - part, side / 2 - part), (side / 2 + part, side / 2 + part)]]
        )
        (a, b) = cv2.perspectiveTransform(logo.astype("float32"), matrix)[0]
        tone = float(chance.integers(60, 256))
        cv2.rectangle(scene.values, tuple(map(int, a)), tuple(map(int, b)), tone, -1)
    if chance.random() < 0.3:  # seen through: what is behind shows
        scene.values = scene.values * 0.65 + before * 0.35
    return taken(scene), scene


def tiny(chance):
    """Modules of 1.5 to 3 pixels."""
    scene = _empty(chance)
    symbol = hard_symbols.some_qr(chance, (1, 6))
    share = len(symbol.modules) * chance.uniform(1.4, 3.2) / min(scene.size)
    lay(scene, symbol, share=share, tilt=chance.uniform(0, 0.1))
    return taken(scene, blur=(0.3, 0.7)), scene


def dense(chance):
    """Versions 9 to 40."""
    scene = _empty(chance, ((1280, 960), (1600, 1200)))
    symbol = hard_symbols.some_qr(chance, (9, 40))
    share = min(0.92, len(symbol.modules) * chance.uniform(2.6, 6) / min(scene.size))
    lay(scene, symbol, share=share, tilt=chance.uniform(0, 0.08), turn=chance.normal(0, 0.25))
    return taken(scene, blur=(0.3, 0.8)), scene


def close(chance):
    """So near that the camera sees nothing else, and not quite sharp; or the quiet zone is cut."""
    scene = _empty(chance)
    symbol = hard_symbols.some_qr(chance, (1, 5))
    lay(scene, symbol, share=chance.uniform(0.85, 0.98), turn=chance.normal(0, 0.12), tilt=0.05)
    return taken(scene, blur=(1, 6)), scene


def many(chance):
    """4 to 40 symbols, most of them QR codes."""
    scene = _empty(chance, ((1280, 960), (1600, 1200)))
    width, height = scene.size
    across = int(chance.integers(2, 8))
    down = max(2, round(across * height / width))
    spoil = chance.uniform(0.3, 1.0)
    for place in range(across * down):
        at = numpy.array([width / across, height / down]) * (
            numpy.array([place % across, place // across]) + 0.5
        )
        symbol = (
            hard_symbols.some_qr(chance, (1, 4))
            if chance.random() < 0.8
            else hard_symbols.micro_qr(f"{int(chance.integers(100_000, 999_999))}")
        )
        share = 0.55 * min(width / across, height / down) / min(width, height)
        lay(scene, symbol, share=share, tilt=0.1, turn=chance.normal(0, 0.2), at=at)
    return taken(scene, blur=(0.3, 0.3 + spoil)), scene


def others(chance):
    """Micro QR, Data Matrix, PDF417 and Code 128, spoilt a little."""
    scene = _empty(chance)
    symbol = hard_symbols.some_other(chance)
    long = symbol.format in ("PDF417", "Code 128")
    share = chance.uniform(0.5, 0.8) if long else chance.uniform(0.12, 0.4)
    turn = chance.normal(0, 0.06) + (numpy.pi / 2) * int(chance.integers(0, 4))
    lay(scene, symbol, share=share, tilt=chance.uniform(0, 0.1), turn=turn, dot=4)
    return taken(scene, blur=(0.3, 1.2)), scene


def little_others(chance):
    """The same on a label, or cut out of a picture: modules of 1.6 to 3.2 pixels, few in all."""
    symbol = hard_symbols.some_other(chance, height=12)
    high, wide = symbol.modules.shape
    module = chance.uniform(1.6, 3.2)
    # Room for the quiet zone on every side, and up to four times the symbol.
    width, height = (
        max(48, int((side + 2 * symbol.quiet) * module * chance.uniform(1.15, 4)))
        for side in (wide, high)
    )
    scene = Scene(chance, clutter(chance, width, height), [])
    share = wide * module / min(scene.size)
    lay(scene, symbol, share=share, turn=numpy.pi * int(chance.integers(0, 2)), dot=6)
    return taken(scene, blur=(0.3, 0.5)), scene


def no_code(chance):
    """Clutter, print, stripes and chequers: nothing to read."""
    scene = _empty(chance)
    width, height = scene.size
    scene.values = _printed(scene.values, chance, int(chance.integers(0, 60)))
    rows, columns = numpy.mgrid[:height, :width]
    for _ in range(int(chance.integers(0, 3))):
        x, y = int(chance.integers(0, width - 100)), int(chance.integers(0, height - 100))
        box = (
            slice(y, y + int(chance.integers(40, 300))),
            slice(x, x + int(chance.integers(40, 300))),
        )
        pitch = int(chance.integers(2, 12))
        if chance.random() < 0.5:
            cut = numpy.cumsum(chance.integers(1, 5, width) * pitch // 2 + 1)
            bars = numpy.searchsorted(cut, columns[0]) % 2
            scene.values[box] = (255 * bars)[box[1]][None, :]
        else:
            cells = chance.integers(0, 2, (height // pitch + 1, width // pitch + 1))
            fine = numpy.kron(cells, numpy.ones((pitch, pitch)))[:height, :width]
            scene.values[box] = 255 * fine[box]
    return taken(scene), scene


KINDS: dict[str, Callable] = {
    one.__name__: one
    for one in (
        *(
            plain,
            perspective,
            blur,
            motion,
            glare,
            low_light,
            faint,
            shadow,
            moire,
            curled,
            damaged,
        ),
        *(inverse, tight, designed, tiny, dense, close, many, others, no_code, little_others),
    )
}


def hard_picture(kind, seed):
    """The picture of that kind and seed."""
    chance = numpy.random.default_rng([list(KINDS).index(kind), seed])
    picture, scene = KINDS[kind](chance)
    return HardPicture(kind, seed, picture, tuple(scene.codes))


def hard_frame(seed, *, code):
    """A frame of 1280 × 720 pixels with a QR code in it, or with none."""
    chance = numpy.random.default_rng([len(KINDS), seed])
    scene = _empty(chance, ((1280, 720),))
    if scene.size != (1280, 720):
        scene.values = numpy.ascontiguousarray(scene.values.T)
    if code:
        symbol = hard_symbols.some_qr(chance, (1, 8))
        lay(scene, symbol, share=chance.uniform(0.25, 0.8), tilt=chance.uniform(0, 0.2))
    return HardPicture("frame", seed, taken(scene), tuple(scene.codes))
