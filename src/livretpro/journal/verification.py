"""Does the trail still say what was written? (spec 08, Journal: `livretpro journal verify`)

Finds an entry edited, removed, inserted or moved, a tail that was cut, and values changed without
an erasure that tells it. Read in a stream: memory does not grow with the trail.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery

from livretpro.journal import anchors, chain
from livretpro.journal.actions import ERASED
from livretpro.journal.anchors import Anchor
from livretpro.journal.chain import Head, Link
from livretpro.journal.models import ChainHead, Entry

FINDINGS_KEPT = 20
CHUNK = 2_000


@dataclass(frozen=True)
class Finding:
    """What is wrong, in a French sentence; `rank` is that of the entry, none for the whole."""

    rank: int | None
    phrase: str


@dataclass(frozen=True)
class Verdict:
    """The trail of a school: how many entries and anchors were read, the first findings."""

    school_uai: str
    entries: int
    anchors: int
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify(school_uai: str, *, key: bytes, folder: Path) -> Verdict:
    """Verify the trail of a school, `folder` being that of the anchors: one query, or two when
    there is no entry.

    Others may write meanwhile: the head is read by the query that reads the entries. An anchor that
    does not read may be one of any school: a finding of each.
    """
    every, unreadable = anchors.read(folder)
    held = [a for a in every if a.school_uai == school_uai]
    walk = _Walk(key, {a.count: a for a in held})
    findings = [Finding(None, line.phrase) for line in unreadable[:FINDINGS_KEPT]]
    for finding in _findings(walk, school_uai, held):
        if len(findings) >= FINDINGS_KEPT:
            break
        findings.append(finding)
    return Verdict(school_uai, walk.read, len(held), tuple(findings))


def _findings(walk: "_Walk", school_uai: str, held: Sequence[Anchor]) -> Iterator[Finding]:
    for anchor in held:
        if not anchor.is_true(walk.key):
            yield Finding(anchor.count, f"L’ancre du {anchor.at} porte un sceau faux.")
    head = None
    for row in _rows(school_uai):
        head = row["head_count"], row["head_mac"], row["head_seal"]
        yield from walk.step(row)
    if head is None:
        head = _head_without_entries(school_uai)
    count, mac, seal = head
    yield from walk.end(Head(school_uai, count or 0, mac or "", seal or ""), held)


def _rows(school_uai: str) -> Iterator[dict[str, Any]]:
    """Every entry in order, with its values, and on each the head at the same instant."""
    head = ChainHead.objects.filter(school_uai=school_uai)
    found = Entry.objects.filter(school_uai=school_uai).order_by("rank")
    heads = {f"head_{name}": Subquery(head.values(name)) for name in ("count", "mac", "seal")}
    yield from found.values(*_READ, **_VALUES, **heads).iterator(chunk_size=CHUNK)


def _head_without_entries(school_uai: str) -> tuple[int, str, str]:
    """The head of a chain that holds no entry; one that just began counts as not begun."""
    told = Exists(Entry.objects.filter(school_uai=OuterRef("school_uai")))
    found = ChainHead.objects.filter(~told, school_uai=school_uai)
    return found.values_list("count", "mac", "seal").first() or (0, "", "")


_LINK = tuple(Link.__dataclass_fields__)
_READ = (*_LINK, "mac")
_VALUES = {
    "entry_salt": F("values_kept__salt"),
    "before": F("values_kept__before"),
    "after": F("values_kept__after"),
    "erased_by": F("values_kept__erased_by"),
}
Object = tuple[str, str]  # kind and key


@dataclass
class _Walk:
    """The walk along a chain: what was read, and what is still to be explained."""

    key: bytes
    anchored: Mapping[int, Anchor]
    read: int = 0
    rank: int = 0
    mac: str = ""
    emptied: dict[int, Object] = field(default_factory=dict)
    """The objects whose values an erasure, still to come, must tell: by its rank."""

    def step(self, row: dict[str, Any]) -> Iterator[Finding]:
        """One entry: its place, its seal, its anchor, its values."""
        link, mac = Link(**{name: row[name] for name in _LINK}), row["mac"]
        self.read += 1
        if link.rank != self.rank + 1:
            yield Finding(link.rank, f"Il manque des entrées avant la n° {link.rank}.")
        if not chain.same(mac, chain.link_mac(self.key, self.mac, link)):
            yield Finding(link.rank, f"L’entrée n° {link.rank} a été modifiée ou déplacée.")
        self.rank, self.mac = link.rank, mac
        yield from self._anchor(link, mac)
        yield from self._values(link, row)

    def _anchor(self, link: Link, mac: str) -> Iterator[Finding]:
        anchor = self.anchored.get(link.rank)
        if anchor and not chain.same(anchor.mac, mac):
            yield Finding(
                link.rank, f"L’entrée n° {link.rank} n’est pas celle de l’ancre du {anchor.at}."
            )

    def _values(self, link: Link, row: dict[str, Any]) -> Iterator[Finding]:
        if link.action == ERASED and self.emptied.get(link.rank) == (link.kind, link.key):
            del self.emptied[link.rank]
        if (rank := row["erased_by"]) is not None:
            yield from self._erased(link, rank)
        elif _digests(row) != (link.before_digest, link.after_digest):
            yield Finding(link.rank, f"Les valeurs de l’entrée n° {link.rank} ont été modifiées.")

    def _erased(self, link: Link, by: int) -> Iterator[Finding]:
        """Values that were emptied wait for the entry that tells it, further along the chain."""
        told = self.emptied.setdefault(by, (link.kind, link.key))
        if told != (link.kind, link.key) or by <= link.rank:
            yield _unexplained(link.rank)

    def end(self, head: Head, held: Sequence[Anchor]) -> Iterator[Finding]:
        """The end of the chain is where the head and the anchors say."""
        for rank in self.emptied:
            yield _unexplained(rank)
        if not chain.head_is_true(self.key, head):
            yield Finding(None, "La tête du journal a été modifiée ou refaite.")
        elif (head.count, head.mac) != (self.rank, self.mac):
            yield Finding(
                self.rank,
                f"Le journal s’arrête à l’entrée n° {self.rank}, sa tête dit {head.count}.",
            )
        for anchor in held:
            if anchor.count > self.rank:
                yield Finding(
                    self.rank,
                    f"La fin manque : {anchor.count} entrées existaient le {anchor.at}, "
                    f"il en reste {self.rank}.",
                )


def _digests(row: dict[str, Any]) -> tuple[str, str]:
    """The digests of the values that stand; no row of values is no value."""
    salt, before, after = (row[name] or "" for name in ("entry_salt", "before", "after"))
    return chain.value_digest(salt, before), chain.value_digest(salt, after)


def _unexplained(rank: int) -> Finding:
    return Finding(rank, f"Des valeurs ont été effacées sans entrée qui le dise (n° {rank}).")
