"""A photo is checked before it is unpacked, and nothing of the file but its pixels stays."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageOps

from foundation.documents.photo_file import (
    FILE_TOO_LARGE,
    LARGE_BYTES,
    LARGEST_FILE,
    MOST_PIXELS,
    MOVES,
    NOT_A_PHOTO,
    SMALL_BYTES,
    TOO_FEW_PIXELS,
    TOO_MANY_PIXELS,
    PhotoFile,
    read_photo,
)
from foundation.vocabulary.refusals import Refusal
from tests.builders.photos import a_bomb, a_picture


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_is_encoded_anew_in_two_sizes(kind: str) -> None:
    sent = a_picture(kind)
    photo = read_photo(sent)
    assert isinstance(photo, PhotoFile)
    assert (photo.large.width, photo.large.height) == (1200, 900)
    for encoded, most in ((photo.large, LARGE_BYTES), (photo.small, SMALL_BYTES)):
        image = opened(encoded.data)
        assert (image.format, image.size) == ("WEBP", (encoded.width, encoded.height))
        assert len(encoded.data) <= most
    assert max(photo.small.width, photo.small.height) <= 320


def test_neither_place_nor_camera_stays_and_the_photo_is_turned() -> None:
    sent = a_picture(width=800, height=400, turned=True)
    assert opened(sent).getexif()[0x010F] == "Camera"
    photo = read_photo(sent)
    assert isinstance(photo, PhotoFile)
    assert (photo.large.width, photo.large.height) == (400, 800)
    for encoded in (photo.large, photo.small):
        image = opened(encoded.data)
        kept = {"exif", "icc_profile", "xmp", "comment"} & image.info.keys()
        assert (dict(image.getexif()), kept) == ({}, set())
        assert [word for word in (b"Torikatu", b"Camera") if word in encoded.data] == []


def test_a_photo_with_a_second_view_behind_it_is_taken() -> None:
    sent = a_picture("MPO", width=800, height=400, frames=2)
    assert getattr(opened(sent), "n_frames", 1) == 2
    photo = read_photo(sent)
    assert isinstance(photo, PhotoFile)
    assert (photo.large.width, photo.large.height) == (800, 400)


def test_odd_exif_does_not_hinder_a_photo_from_being_turned() -> None:
    sent = a_picture(width=800, height=400, turned=True)
    camera, resolution = b"\x01\x0f\x00\x02", b"\x01\x1a\x00\x02"
    assert camera in sent
    photo = read_photo(sent.replace(camera, resolution, 1))  # "Camera" pixels an inch: a text for a number
    assert isinstance(photo, PhotoFile)
    assert (photo.large.width, photo.large.height) == (400, 800)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_is_undone(orientation: int) -> None:
    image, exif = Image.new("RGB", (400, 300), "red"), Image.Exif()
    image.paste("blue", (0, 0, 200, 150))  # the corner at the top left
    exif[0x0112] = orientation
    file = BytesIO()
    image.save(file, "JPEG", exif=exif)
    photo = read_photo(file.getvalue())
    assert isinstance(photo, PhotoFile)
    seen, due = opened(photo.large.data).convert("RGB"), ImageOps.exif_transpose(opened(file.getvalue()))
    assert seen.size == due.size
    for at in ((20, 20), (seen.width - 20, 20), (20, seen.height - 20)):
        pixels = [each.getpixel(at) for each in (seen, due)]
        assert abs(pixels[0][2] - pixels[1][2]) < 60  # type: ignore[index]


def test_what_is_clear_becomes_white() -> None:
    file = BytesIO()
    Image.new("RGBA", (400, 300), (0, 0, 0, 0)).save(file, "PNG")
    photo = read_photo(file.getvalue())
    assert isinstance(photo, PhotoFile)
    colour = opened(photo.large.data).convert("RGB").getpixel((10, 10))
    assert isinstance(colour, tuple)
    assert min(colour) > 250


def gif() -> bytes:
    file = BytesIO()
    Image.new("RGB", (400, 300)).save(file, "GIF")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", NOT_A_PHOTO),
        (b"%PDF-1.7", NOT_A_PHOTO),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", NOT_A_PHOTO),
        (gif(), NOT_A_PHOTO),
        (a_picture()[:3000], NOT_A_PHOTO),
        (a_picture("PNG", width=400, height=300)[:3000], NOT_A_PHOTO),
        (b"\xff" * (LARGEST_FILE + 1), FILE_TOO_LARGE),
        (a_bomb(), TOO_MANY_PIXELS),
        (a_bomb(10_000), TOO_MANY_PIXELS),
        (a_bomb(int(MOST_PIXELS**0.5) + 1), TOO_MANY_PIXELS),
        (a_picture(width=199, height=400), TOO_FEW_PIXELS),
        (a_picture("WEBP", width=400, height=300, frames=3), MOVES),
    ],
)
def test_a_file_that_is_not_taken_says_why(data: bytes, refusal: Refusal) -> None:
    assert read_photo(data) == refusal
