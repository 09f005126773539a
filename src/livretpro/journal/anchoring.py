"""The chains of this instance and the folder of its anchors."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from livretpro.journal import anchors
from livretpro.journal.chain import Head
from livretpro.journal.keyring import journal_key
from livretpro.journal.queries import heads, schools_told_of
from livretpro.journal.verification import Verdict, verify

NEVER = datetime.min.replace(tzinfo=UTC)


def anchors_folder() -> Path:
    """Where anchors are written: kept with the backups, outside the database."""
    return Path(settings.DATA_DIR / "ancres")


def anchor_chains() -> int:
    """Anchor the chains that moved since their last anchor; says how many. One query."""
    return anchors.write(anchors_folder(), heads(), key=journal_key(), now=timezone.now())


def waiting_since() -> datetime | None:
    """The last anchor of the chain that moved since and has waited the longest, `NEVER` if it has
    none; none when every chain stands at its anchor. One query."""
    last = {anchor.school_uai: anchor for anchor in anchors.read(anchors_folder())[0]}
    waiting = [
        _instant(last.get(head.school_uai))
        for head in heads()
        if head.count and not _stands_at(head, last.get(head.school_uai))
    ]
    return min(waiting, default=None)


def _instant(anchor: anchors.Anchor | None) -> datetime:
    return datetime.fromisoformat(anchor.at) if anchor else NEVER


def _stands_at(head: Head, anchor: anchors.Anchor | None) -> bool:
    return anchor is not None and head.place == (anchor.count, anchor.mac)


def unreadable_anchors() -> list[anchors.Unreadable]:
    """The lines of anchor files that do not read."""
    return anchors.read(anchors_folder())[1]


def chains() -> list[str]:
    """The UAI of every school that has a trail here, or whose anchors say that it had one: a chain
    removed whole, head included, is known from them alone. Two queries."""
    anchored = {anchor.school_uai for anchor in anchors.read(anchors_folder())[0]}
    return sorted(anchored.union(schools_told_of()))


def verify_chain(school_uai: str) -> Verdict:
    """Verify the trail of a school of this instance; see `verification.verify`."""
    return verify(school_uai, key=journal_key(), folder=anchors_folder())
