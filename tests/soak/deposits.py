"""Imports by the web: a file of the demo school where one pupil bears another first name."""

from datetime import date

from livretpro.demo.pupils import PUPILS
from livretpro.demo.siecle import ENCODING, eleves
from livretpro.demo.structure import CURRENT, CURRENT_YEAR
from soak import trail
from soak.visitor import Visitor

SPRING = date(2026, 6, 15)
IMPORTS = f"/ecole/{trail.UAI}/imports/"
RENAMED = next(pupil for pupil in PUPILS if pupil.place(CURRENT))


def renamed(first_name: str) -> bytes:
    """What SIECLE would export in June, but for the first name of one pupil."""
    content = eleves(CURRENT_YEAR, on=SPRING).decode(ENCODING)
    head, mark, tail = content.partition(f'<ELEVE ELEVE_ID="{RENAMED.siecle_id}"')
    before = f"<PRENOM>{RENAMED.first_name}</PRENOM>"
    return (head + mark + tail.replace(before, f"<PRENOM>{first_name}</PRENOM>", 1)).encode(
        ENCODING
    )


def deposit(visitor: Visitor, content: bytes) -> int:
    """Deposit a file; the status of the answer."""
    return visitor.post(IMPORTS, {}, files=[content]).status


def confirm(visitor: Visitor, batch: int) -> int:
    """Apply an import whose preview is ready; the status of the answer."""
    data = {"departs": "on", "nouvelle_annee": "on"}
    return visitor.post(f"{IMPORTS}{batch}/appliquer/", data).status
