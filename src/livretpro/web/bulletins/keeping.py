"""Forms that carry what they showed, in one field `vus`: shown again when nothing was written."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import QueryDict

from livretpro.bulletins.refusals import BadChoice
from livretpro.bulletins.settling import Changed, Clash, Texts
from livretpro.web.bulletins.typing import SEEN, Unreadable, read_seen


@dataclass(frozen=True)
class Refusal:
    """Why nothing was written; empty when nothing was refused. `clashes`: both values."""

    phrase: str = ""
    clashes: tuple[Clash, ...] = ()

    @classmethod
    def of(cls, error: BadChoice | Changed) -> "Refusal":
        """What an action said."""
        return cls(error.phrase, error.clashes if isinstance(error, Changed) else ())

    @property
    def status(self) -> int:
        """409 when two values stand face to face, 422 for what cannot be kept."""
        if self.clashes:
            return 409
        return 422 if self.phrase else 200

    def __bool__(self) -> bool:
        return bool(self.phrase)

    def __str__(self) -> str:
        return self.phrase


NOT_REFUSED = Refusal()


@dataclass(frozen=True)
class Filled:
    """What the fields of a form show, and what its `vus` says; `clashing`: their names."""

    texts: Mapping[str, str]
    seen: str
    clashing: frozenset[str] = frozenset()

    @classmethod
    def fresh(cls, stands: Texts) -> "Filled":
        """A form that shows what stands."""
        return cls(stands, _told(stands))

    @classmethod
    def again(cls, stands: Texts, typed: Texts, seen: Texts, refusal: Refusal) -> "Filled":
        """One that was refused: what the person changed stays as typed, the rest is what stands.

        A clash once told is seen; a field refused for another reason still carries what it showed.
        """
        told = {one.field for one in refusal.clashes}
        kept = {name: text for name, text in typed.items() if text != seen.get(name, "")}
        carried = {
            name: seen.get(name, "") if name in kept and name not in told else text
            for name, text in stands.items()
        }
        return cls({**stands, **kept}, _told(carried), frozenset(told))


def sent_seen(sent: QueryDict) -> Texts:
    """What the form showed; nothing without `vus`. Raises `BadRequest` for what is no form."""
    if SEEN not in sent:
        return {}
    try:
        return read_seen(str(sent[SEEN]))
    except Unreadable as error:
        raise BadRequest from error


def sent_texts(sent: QueryDict, names: Iterable[str]) -> Texts:
    """What was typed in the fields of these names."""
    return {name: str(sent[name]) for name in names if name in sent}


def _told(texts: Texts) -> str:
    return json.dumps(dict(texts), ensure_ascii=False)
