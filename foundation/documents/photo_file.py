"""A photo as it was sent: checked before it is unpacked, and encoded anew: nothing else of the file stays."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from foundation.vocabulary.refusals import Refusal

LARGEST_FILE: Final = 8_000_000
MOST_PIXELS: Final = 40_000_000
LEAST_SIDE: Final = 200
FORMATS: Final = ("JPEG", "PNG", "WEBP")
LARGE_SIDE, LARGE_BYTES = 1200, 400_000
SMALL_SIDE, SMALL_BYTES = 320, 12_000
"""Pixels of the longer side, and the most bytes: a page shows two small ones, and weighs 150 kB at most."""
QUALITIES: Final = (80, 65, 50, 35, 20, 5)
ORIENTATION: Final = 0x0112
"""The EXIF tag that says how the camera was held."""
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each. Pillow's `exif_transpose` also writes the EXIF anew, and odd values break it."""

FILE_TOO_LARGE: Final = Refusal("photo_too_large", "file")
"""More than 8 MB."""
NOT_A_PHOTO: Final = Refusal("photo_unreadable", "file")
"""No JPEG, PNG or WebP by its content, or a broken one."""
TOO_MANY_PIXELS: Final = Refusal("photo_too_many_pixels", "file")
"""More than 40 million pixels when unpacked: it may be a bomb. It is not unpacked."""
TOO_FEW_PIXELS: Final = Refusal("photo_too_small", "file")
"""A side has less than 200 pixels."""
MOVES: Final = Refusal("photo_moves", "file")
"""An animation: nothing on a page may move by itself (WCAG 2.2.2)."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One size of a photo as WebP; sides in pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A photo in both sizes. It holds no EXIF: no place, no time, no camera."""

    large: Encoded
    small: Encoded


def read_photo(data: bytes) -> PhotoFile | Refusal:
    """Return the photo of a file, turned as its EXIF says, or why it is not taken."""
    if len(data) > LARGEST_FILE:
        return FILE_TOO_LARGE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # ours is the lower limit
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                return _refused(image) or _encoded(image)
    except Image.DecompressionBombError:
        return TOO_MANY_PIXELS
    except (OSError, ValueError, SyntaxError):  # what Pillow raises for files that are broken
        return NOT_A_PHOTO


def _refused(image: Image.Image) -> Refusal | None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        return TOO_MANY_PIXELS
    if min(width, height) < LEAST_SIDE:
        return TOO_FEW_PIXELS
    # A phone may store a second view or a depth map behind the photo (MPO): no motion, and not read here.
    return MOVES if image.format != "MPO" and getattr(image, "n_frames", 1) > 1 else None


def _encoded(image: Image.Image) -> PhotoFile:
    turn = TURNS.get(image.getexif().get(ORIENTATION, 1))
    image.draft("RGB", (LARGE_SIDE, LARGE_SIDE))  # a large JPEG is unpacked at a part of its size
    is_clear = "transparency" in image.info or image.mode in ("RGBA", "LA", "PA")
    seen = image.convert("RGBA" if is_clear else "RGB")
    seen.thumbnail((LARGE_SIDE, LARGE_SIDE))  # first of all: every copy of 40 million pixels is 160 MB
    if turn is not None:
        seen = seen.transpose(turn)
    if is_clear:
        seen = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    plain = seen.convert("RGB")
    return PhotoFile(_sized(plain, LARGE_SIDE, LARGE_BYTES), _sized(plain, SMALL_SIDE, SMALL_BYTES))


def _sized(image: Image.Image, side: int, most_bytes: int) -> Encoded:
    """Return the photo no larger than so many pixels and bytes."""
    while True:
        smaller = Image.new("RGB", image.size)
        smaller.paste(image)  # the pixels alone: no EXIF, no profile, no comment
        smaller.thumbnail((side, side))
        for quality in QUALITIES:
            packed = BytesIO()
            smaller.save(packed, "WEBP", quality=quality, method=4)
            if packed.tell() <= most_bytes:
                return Encoded(packed.getvalue(), *smaller.size)
        side = side * 3 // 4
