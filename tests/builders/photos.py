"""Pictures as files, and photos of places, for tests."""

from __future__ import annotations

import zlib
from io import BytesIO

from PIL import Image
from sqlalchemy.orm import Session

from foundation.database.tables.photos import Photo
from foundation.documents.photo_file import read_photo
from foundation.vocabulary.refusals import not_refused
from tests.builders.county import NOW


def a_picture(
    kind: str = "JPEG", *, width: int = 1600, height: int = 1200, turned: bool = False, frames: int = 1
) -> bytes:
    """A picture with noise, so that it does not pack well; a JPEG says where and with what it was taken."""
    noise = Image.effect_noise((width // 8, height // 8), 80).resize((width, height))
    image = Image.merge("RGB", (noise, noise.rotate(90, expand=False), noise.rotate(180)))
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Camera", 6 if turned else 1
    exif.get_ifd(0x8825)[1] = "N"
    more = [image.rotate(10 * number) for number in range(1, frames)]
    options = {"save_all": True, "append_images": more} if more else {}
    file = BytesIO()
    image.save(file, kind, exif=exif, comment=b"Torikatu 1", **options)
    return file.getvalue()


def a_bomb(side: int = 60_000) -> bytes:
    """A PNG of under 100 bytes that says it has so many pixels on each side."""
    head = side.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
        for name, data in chunks
    )


def a_photo(session: Session, provider_id: int, unit_id: int) -> int:
    """A photo of a provider's place."""
    photo = not_refused(read_photo(a_picture(width=400, height=300)))
    large, small = photo.large, photo.small
    row = Photo(
        provider_id=provider_id, unit_id=unit_id, text_fi="Leveä ovi ilman kynnystä", added_at=NOW,
        large=large.data, large_width=large.width, large_height=large.height,
        small=small.data, small_width=small.width, small_height=small.height,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id
