"""A form carries what it showed: what the person changed is written, and nothing else. Pure.

Every field has one canonical text, the same in what stands, what was seen and what is typed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Texts = Mapping[str, str]
"""Canonical texts by the names of the fields; one that is not there is empty."""
TICKED = {True: "oui", False: "non"}


@dataclass(frozen=True)
class Clash:
    """A field that two people changed: what stands and what was typed, in words."""

    field: str
    words: str
    stands: str
    typed: str


class Changed(Exception):
    """Somebody changed the same fields meanwhile: nothing was written, both values are told."""

    phrase = (
        "Quelqu’un a changé la même chose entre-temps, et rien n’est enregistré. Les deux valeurs "
        "sont ci-dessous : la vôtre remplace l’autre si vous enregistrez de nouveau."
    )

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__(clashes)
        self.clashes = tuple(clashes)


def settled(
    typed: Texts,
    *,
    seen: Texts | None,
    stands: Texts,
    words: Mapping[str, str],
    say: Callable[[str], str] = str,
    together: bool = False,
) -> dict[str, str]:
    """What stands once the changes of the person are made, all or none; raises `Changed`.

    A field left as it was `seen` keeps what stands, unless the fields make sense `together` only:
    each is then what the person wants. Without `seen`, a program decides on what stands.
    """
    if seen is None:
        return {**stands, **typed}
    after, clashes = dict(stands), []
    for name, new in typed.items():
        held, old = stands.get(name, ""), seen.get(name, "")
        if new == held:
            continue
        if held == old:
            after[name] = new
        elif new != old or together:
            clashes.append(Clash(name, words[name], say(held), say(new)))
    if clashes:
        raise Changed(clashes)
    return after
