"""PNG files with a palette of 256 colors, a third as large as screenshots are."""

import base64
import struct
import zlib
from typing import Any

from playwright.sync_api import Page

_REDUCE = """async (png) => {
    const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0))
    const bitmap = await createImageBitmap(new Blob([bytes], {type: "image/png"}))
    const drawing = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")
    drawing.drawImage(bitmap, 0, 0)
    const pixels = new Uint32Array(drawing.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)
    const counts = new Map()
    for (const color of pixels) counts.set(color, (counts.get(color) ?? 0) + 1)
    const palette = [...counts].sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, 256)
        .map(([color]) => color)
    const parts = (color) => [color & 255, (color >> 8) & 255, (color >> 16) & 255]
    const distance = (one, other) => one.reduce((sum, part, i) => sum + (part - other[i]) ** 2, 0)
    const nearest = new Map(palette.map((color, index) => [color, index]))
    for (const color of counts.keys()) {
        if (nearest.has(color)) continue
        const distances = palette.map((each) => distance(parts(color), parts(each)))
        nearest.set(color, distances.indexOf(Math.min(...distances)))
    }
    let indices = ""
    for (const color of pixels) indices += String.fromCharCode(nearest.get(color))
    return {width: bitmap.width, height: bitmap.height, palette: palette.flatMap(parts), indices: btoa(indices)}
}"""


def indexed_png(page: Page, png: bytes) -> bytes:
    """Return the picture with its 256 most frequent colors, others replaced by the nearest; a page decodes it."""
    reduced: dict[str, Any] = page.evaluate(_REDUCE, base64.b64encode(png).decode())
    width, height = reduced["width"], reduced["height"]
    indices = base64.b64decode(reduced["indices"])
    rows = b"".join(b"\0" + indices[row * width : (row + 1) * width] for row in range(height))
    return b"".join([
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        _chunk(b"PLTE", bytes(reduced["palette"])),
        _chunk(b"IDAT", zlib.compress(rows, 9)),
        _chunk(b"IEND", b""),
    ])  # fmt: skip


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
