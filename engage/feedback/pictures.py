"""A photo made small enough for a slow phone, without where and with what it was taken. Pure."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from engage.kernel.refusal import Refusal
from engage.kernel.words import N_

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 640
LIGHT = 18 * 1024
"""What a photo may weigh on a page of 30 KB."""


class NotAPhoto(Refusal):
    sentence = N_("Ce fichier n’est pas une photo que nous savons lire. Essayez une photo JPEG ou PNG. Vos mots sont encore là.")


class PhotoTooLarge(Refusal):
    sentence = N_("Cette photo est trop lourde: 12 Mo au plus. Vos mots sont encore là.")


def light(content: bytes) -> bytes:
    """A JPEG of 18 KB or so, upright, 640 pixels at its longest, that carries nothing but the picture. Raises NotAPhoto, PhotoTooLarge."""
    if len(content) > MOST_BYTES:
        raise PhotoTooLarge
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF")) as opened:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if opened.width * opened.height > MOST_PIXELS:
                raise PhotoTooLarge
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except PhotoTooLarge:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise NotAPhoto from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.frombytes("RGB", upright.size, upright.tobytes())
    for quality, side in ((60, 640), (45, 640), (40, 480), (35, 360), (30, 240)):
        bare.thumbnail((side, side))
        made = io.BytesIO()
        bare.save(made, "JPEG", quality=quality, optimize=True)
        if made.tell() <= LIGHT:
            break
    return made.getvalue()
