"""The chains of this instance and the folder of its anchors."""

from pathlib import Path

from django.conf import settings
from django.utils import timezone

from livretpro.journal import anchors
from livretpro.journal.keyring import journal_key
from livretpro.journal.queries import heads
from livretpro.journal.verification import Verdict, verify


def anchors_folder() -> Path:
    """Where anchors are written: kept with the backups, outside the database."""
    return Path(settings.DATA_DIR / "ancres")


def anchor_chains() -> int:
    """Anchor the chains that moved since their last anchor; says how many. One query."""
    return anchors.write(anchors_folder(), heads(), key=journal_key(), now=timezone.now())


def verify_chain(school_uai: str) -> Verdict:
    """Verify the trail of a school of this instance; see `verification.verify`."""
    return verify(school_uai, key=journal_key(), folder=anchors_folder())
