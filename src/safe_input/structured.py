"""JSON files: bounded, without duplicate keys nor what JSON does not have."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from safe_input.limits import MIB, Limits
from safe_input.plain import read_text
from safe_input.refusal import Refused

JSON_LIMITS = Limits(max_bytes=2 * MIB, max_depth=32, max_text=100_000)
NUMBER_MAX = 30  # signs of one number


def read_json(data: bytes, limits: Limits = JSON_LIMITS) -> Any:
    """Return the value of a JSON file (UTF-8, with or without byte order mark).

    Raises `Refused`: those of `read_text`, then `json` (malformed), `cle_double`, `nombre` (NaN,
    infinity, too long), `trop_profond`, `texte_trop_long`.
    """
    text = read_text(data, limits)
    _check_depth(text, limits.max_depth)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_doubles,
            parse_constant=_not_a_number,
            parse_int=_whole,
            parse_float=_decimal,
        )
    except json.JSONDecodeError as error:
        phrase = f"La ligne {error.lineno} n’est pas du JSON valable (colonne {error.colno})."
        raise Refused("json", phrase, error.lineno) from error
    _check_texts(value, limits.max_text)
    return value


def _check_depth(text: str, limit: int) -> None:
    """Count brackets outside strings: the parser of the standard library recurses."""
    depth, line = 0, 1
    for sign in _structure(text):
        if sign == "\n":
            line += 1
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        if depth > limit:
            phrase = f"La ligne {line} passe {limit} niveaux d’imbrication : le fichier est refusé."
            raise Refused("trop_profond", phrase, line)


def _structure(text: str) -> Iterator[str]:
    """The signs outside strings."""
    inside = escaped = False
    for sign in text:
        if escaped:
            escaped = False
        elif inside and sign == "\\":
            escaped = True
        elif sign == '"':
            inside = not inside
        elif not inside:
            yield sign


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise Refused("cle_double", f"La clé « {double[:40]} » figure deux fois dans un objet.")
    return found


def _not_a_number(text: str) -> NoReturn:
    raise Refused("nombre", f"« {text} » n’est pas un nombre que JSON permet.")


def _whole(text: str) -> int:
    _check_number(text)
    return int(text)


def _decimal(text: str) -> float:
    _check_number(text)
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise Refused("nombre", f"« {text} » est un nombre trop grand.")
    return value


def _check_number(text: str) -> None:
    if len(text) > NUMBER_MAX:
        raise Refused("nombre", f"Un nombre compte {len(text)} signes : le fichier est refusé.")


def _check_texts(value: Any, limit: int) -> None:
    """Every text is short enough and can be encoded: no lone surrogate."""
    if isinstance(value, dict):
        for item in (*value.keys(), *value.values()):
            _check_texts(item, limit)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item, limit)
    elif isinstance(value, str):
        _check_text(value, limit)


def _check_text(text: str, limit: int) -> None:
    if len(text) > limit:
        raise Refused(
            "texte_trop_long", f"Un texte compte {len(text)} caractères : {limit} au plus."
        )
    if any("\ud800" <= sign <= "\udfff" or sign == "\0" for sign in text):
        raise Refused(
            "json", "Un texte contient un caractère qui n’en est pas un (\\u0000, \\ud800)."
        )
