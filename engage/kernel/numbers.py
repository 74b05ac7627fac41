"""Phone numbers: as typed, as kept, as written, and which we may call. Pure."""

from __future__ import annotations

import phonenumbers

_COSTLY = {"600", "622", "633", "644", "655", "677", "688", "900"}
"""Area codes of satellite, data and premium numbers."""


def _canadian(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(text, "CA")
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.region_code_for_number(parsed) == "CA" else None


def e164(text: str) -> str | None:
    """A Canadian number as typed, in E.164; None when it is not one."""
    parsed = _canadian(text)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def may_be_called(number: str) -> bool:
    """Whether an E.164 number is Canadian and costs no more than others."""
    return number.startswith("+") and _canadian(number) is not None and number[2:5] not in _COSTLY


def written(number: str) -> str:
    """An E.164 number of this continent as people write it here; any other as it is."""
    return f"{number[2:5]} {number[5:8]}-{number[8:]}" if number.startswith("+1") and len(number) == 12 else number
