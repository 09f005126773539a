"""What an applied import leaves in the journal."""

from collections.abc import Iterator

from livretpro.journal.actions import Change
from livretpro.schools.importing.files import Files
from livretpro.schools.importing.report import Line, Refus, Report, Section


def told(report: Report, files: Files) -> list[Change]:
    """One entry for the import; then one for each object created, one for each field changed.

    The same files applied again leave the first entry only.
    """
    return [
        Change("importe", "import", str(files.annee), after=_summary(report, files)),
        *_all(report),
    ]


def refused(key: str, refus: Refus) -> Change:
    """Files that were not taken, and why; `key` says which."""
    return Change("refuse", "import", key, after=refus.phrase)


def _summary(report: Report, files: Files) -> str:
    counts = (
        ("élèves", report.eleves),
        ("divisions", report.divisions),
        ("personnels", report.personnels),
    )
    parts = [
        f"{name} : ajouts {s.ajoutes}, modifications {s.modifies}, départs {s.partis}"
        for name, s in counts
    ]
    return f"{files.names} ; " + " ; ".join(parts)


def _all(report: Report) -> Iterator[Change]:
    """Pupils and people are known by their identifiers, the rest by year and code."""
    yield from _section("eleve", "", report.eleves)
    yield from _section("personnel", "", report.personnels)
    year = f"{report.annee}:"
    yield from _section("division", year, report.divisions)
    yield from _section("groupe", year, report.groupes)
    yield from _section("service", year, report.services)


def _section(kind: str, prefix: str, section: Section) -> Iterator[Change]:
    for line in section.added:
        yield Change("ajoute", kind, prefix + line.key, after=line.label)
    for line in (*section.changed, *section.moved):
        yield from _fields("modifie", kind, prefix, line)
    for line in section.back:
        yield from _fields("reprend", kind, prefix, line)
    for line in section.gone:
        yield from _fields("clot", kind, prefix, line)


def _fields(action: str, kind: str, prefix: str, line: Line) -> Iterator[Change]:
    for field in line.changes:
        yield Change(action, kind, prefix + line.key, field.field, field.before, field.after)
