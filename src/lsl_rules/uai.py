"""The national number of a school (UAI): seven digits and their check letter."""

import re

_UAI = re.compile(r"[0-9]{7}[A-Z]")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # 23 letters: no I, O nor Q


def check_letter(digits: str) -> str:
    """Return the check letter of the seven digits: their remainder by 23, as a letter."""
    return _LETTERS[int(digits) % len(_LETTERS)]


def is_uai(text: str) -> bool:
    """Tell whether the text is seven ASCII digits followed by their own check letter."""
    return bool(_UAI.fullmatch(text)) and text[7] == check_letter(text[:7])
