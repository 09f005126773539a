"""A pupil's record as JSON and back: field by field as the LSL document names them, what is absent
left out, decimals as text."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from lsl_xml import Eleve

Data = dict[str, Any]


def as_data(eleve: Eleve) -> Data:
    """The record as JSON keeps it."""
    data: Data = _plain(eleve)
    return data


def from_data(data: Mapping[str, Any]) -> Eleve:
    """The record that `as_data` made."""
    made: Eleve = _built(Eleve, data)
    return made


def _plain(value: object) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    kind: Any = type(value)
    if names := _names(kind):
        return {
            name: _plain(held)
            for name, default in names
            if (held := getattr(value, name)) != default
        }
    return str(value) if isinstance(value, Decimal) else value


@cache
def _names(kind: type) -> tuple[tuple[str, object], ...]:
    """The fields of a part of the document with their defaults; none for a plain value."""
    return tuple((one.name, one.default) for one in fields(kind)) if is_dataclass(kind) else ()


def _built(kind: Any, data: Any) -> Any:
    if is_dataclass(kind):
        made = {
            name: _built(hint, data[name])
            for name, hint in _hints(kind).items()  # type: ignore[arg-type]
            if name in data
        }
        return kind(**made)  # type: ignore[operator]
    if get_origin(kind) is tuple:
        return tuple(_built(get_args(kind)[0], one) for one in data)
    return Decimal(data) if kind is Decimal else data


@cache
def _hints(kind: type) -> dict[str, Any]:
    return {name: _bare(hint) for name, hint in get_type_hints(kind).items()}


def _bare(hint: Any) -> Any:
    """The type of what is there: `str` for `str | None`."""
    if get_origin(hint) is UnionType:
        return next(one for one in get_args(hint) if one is not NoneType)
    return hint
