"""Reading a bilan that comes back, `.xls` or `.xlsx`: its columns by their names, in any order.

What LSL itself writes is not published beyond the name of the file (ADR 0034): so the sheets are
known by their columns, not by their titles, words are compared without case nor accents, and what
is not understood is told instead of refused, as long as each pupil has an identifier and a status.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lsl_rules.against import Status
from lsl_rules.bilan_layout import HEADS, NAMES, STATUSES, Column, Head, folded, plain
from safe_input import Expected, Limits, Refused, read_tables

MIB = 1024 * 1024
FOREIGN = (
    "Ce fichier n’est pas un classeur .xls ou .xlsx : choisissez le bilan enregistré par "
    "« EXPORTER BILAN », sans le convertir."
)
STRANGE = (
    "Ce classeur n’est pas un bilan d’import : aucune feuille ne donne pour chaque élève un "
    "identifiant (ELEVE_ID ou INE) et un statut. Exportez de nouveau le bilan."
)
BILAN = Expected(
    strange=STRANGE,
    foreign=FOREIGN,
    limits=Limits(max_bytes=16 * MIB, max_unzipped=16 * MIB, max_elements=300_000),
    max_rows=65_536,
    old=True,
    lighter="vérifiez que c’est bien le bilan d’une division, ou exportez-le de nouveau",
)
HEAD_LINES = 60  # lines of a sheet among which its table may begin
MAX_TOLD = 50  # lines told as not understood


@dataclass(frozen=True, slots=True)
class ReturnedHeader:
    """What the bilan says of the file; empty where it says nothing."""

    uai: str = ""
    school: str = ""
    file_name: str = ""
    sha256: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedFinding:
    """A finding, in the words of the bilan: its code may be one that we do not know."""

    code: str
    label: str
    place: str = ""
    value: str = ""
    action: str = ""
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedPupil:
    """A pupil of the bilan; without `eleve_id` known by the INE alone."""

    eleve_id: int | None
    ine: str
    last_name: str
    first_name: str
    status: Status
    findings: tuple[ReturnedFinding, ...] = ()
    rank: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedBilan:
    """A bilan read. `file` are the findings about no pupil of the table; not understood:
    `unknown_columns` by name, `unread` lines as sentences."""

    header: ReturnedHeader
    pupils: tuple[ReturnedPupil, ...]
    file: tuple[ReturnedFinding, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def count(self, status: Status) -> int:
        """How many pupils have this status."""
        return sum(pupil.status is status for pupil in self.pupils)


def read_bilan(data: bytes) -> ReturnedBilan:
    """Read a bilan. Raises `safe_input.Refused`, whose sentence says what to do."""
    sheets = list(read_tables(data, BILAN).items())
    tables = [table for title, lines in sheets if (table := _table(title, lines))]
    if not any(table.is_of_pupils for table in tables):
        raise Refused("classeur", STRANGE)
    unread: list[str] = []
    pupils, of_findings = _sorted_out(tables, unread)
    found, loose = _with_findings(pupils, of_findings)
    used = [one for one in tables if one.is_of_pupils or one in of_findings]
    return ReturnedBilan(
        _header(lines for _, lines in sheets),
        tuple(found),
        tuple(loose),
        tuple(dict.fromkeys(name for table in used for name in table.unknown)),
        tuple(unread[:MAX_TOLD]),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet from its heads on: where each column stands, and its lines with their numbers."""

    title: str
    columns: Mapping[Column, int]
    unknown: tuple[str, ...]
    lines: tuple[tuple[int, Sequence[str]], ...]

    @property
    def is_of_pupils(self) -> bool:
        return _is_of_pupils(self.columns)

    def cell(self, line: Sequence[str], column: Column) -> str:
        """A cell of a line; empty when the sheet has no such column."""
        place = self.columns.get(column)
        return plain(line[place]).strip() if place is not None and place < len(line) else ""


def _is_of_pupils(columns: Iterable[Column]) -> bool:
    there = set(columns)
    return Column.STATUS in there and bool(there & {Column.ELEVE_ID, Column.INE})


def _table(title: str, lines: Sequence[Sequence[str]]) -> _Table | None:
    """The table of a sheet, or None. Findings take a code, and a word of who each is about."""
    for number, line in enumerate(lines[:HEAD_LINES], start=1):
        columns: dict[Column, int] = {}
        for place, name in enumerate(line):
            if column := NAMES.get(folded(name)):
                columns.setdefault(column, place)
        whose = set(columns) & {Column.RANK, Column.ELEVE_ID, Column.INE}
        if _is_of_pupils(columns) or (Column.CODE in columns and whose):
            known = set(columns.values())
            unknown = tuple(
                name.strip() for i, name in enumerate(line) if name.strip() and i not in known
            )
            rest = tuple(enumerate(lines[number:], start=number + 1))
            return _Table(title, columns, unknown, rest)
    return None


def _header(sheets: Iterable[Sequence[Sequence[str]]]) -> ReturnedHeader:
    """The lines of two cells, a known word then what it says, wherever they stand."""
    found: dict[Head, str] = {}
    for line in (line for lines in sheets for line in lines[:HEAD_LINES]):
        if len(line) > 1 and (head := HEADS.get(folded(line[0]))):
            found.setdefault(head, plain(line[1]).strip())
    return ReturnedHeader(
        uai=found.get(Head.UAI, "").upper(),
        school=found.get(Head.SCHOOL, ""),
        file_name=found.get(Head.FILE, ""),
        sha256=found.get(Head.SHA256, "").lower(),
        at=found.get(Head.AT, ""),
    )


def _pupils(table: _Table, unread: list[str]) -> Iterator[ReturnedPupil]:
    for number, line in table.lines:
        if not any(cell.strip() for cell in line):
            continue
        status = STATUSES.get(folded(table.cell(line, Column.STATUS)))
        eleve_id = _number(table.cell(line, Column.ELEVE_ID))
        ine = table.cell(line, Column.INE).upper()
        if status is None or (eleve_id is None and not ine):
            unread.append(_not_understood(table, number, line, status))
            continue
        yield ReturnedPupil(
            eleve_id,
            ine,
            table.cell(line, Column.LAST_NAME),
            table.cell(line, Column.FIRST_NAME),
            status,
            _own_finding(table, line),
            table.cell(line, Column.RANK),
        )


def _sorted_out(
    tables: Sequence[_Table], unread: list[str]
) -> tuple[list[ReturnedPupil], list[_Table]]:
    """The pupils of every sheet, each once, and the sheets of findings: one that has a status too
    and tells nobody new is of those."""
    pupils: list[ReturnedPupil] = []
    of_findings: list[_Table] = []
    for table in sorted(tables, key=lambda one: not one.is_of_pupils):
        known = {(pupil.eleve_id, pupil.ine) for pupil in pupils}
        told = _pupils(table, unread) if table.is_of_pupils else ()
        fresh = [one for one in told if not pupils or (one.eleve_id, one.ine) not in known]
        if not fresh and Column.CODE in table.columns:
            of_findings.append(table)
        # A rank counts in one table.
        pupils += [replace(one, rank="") for one in fresh] if known else fresh
    return pupils, of_findings


def _not_understood(table: _Table, number: int, line: Sequence[str], status: Status | None) -> str:
    where = f"Feuille « {table.title} », ligne {number}"
    if status is None:
        told = table.cell(line, Column.STATUS)[:40]
        return f"{where} : le statut « {told} » n’est ni IMPORTÉ, ni PARTIEL, ni REJETÉ."
    return f"{where} : l’élève n’a ni identifiant ni INE lisible."


def _own_finding(table: _Table, line: Sequence[str]) -> tuple[ReturnedFinding, ...]:
    """What the line of the pupil says by itself; gives way to the sheet of findings."""
    code, label = table.cell(line, Column.CODE), table.cell(line, Column.LABEL)
    return (_finding(table, line),) if code or label else ()


def _finding(table: _Table, line: Sequence[str]) -> ReturnedFinding:
    return ReturnedFinding(
        code=table.cell(line, Column.CODE),
        label=table.cell(line, Column.LABEL),
        place=table.cell(line, Column.PLACE),
        value=table.cell(line, Column.VALUE),
        action=table.cell(line, Column.ACTION),
        phrase=table.cell(line, Column.PHRASE),
    )


def _number(text: str) -> int | None:
    digits = text.isascii() and text.isdigit() and len(text) <= 18
    return int(text) if digits else None


Key = tuple[str, str]


def _with_findings(
    pupils: Sequence[ReturnedPupil], tables: Sequence[_Table]
) -> tuple[list[ReturnedPupil], list[ReturnedFinding]]:
    """The pupils with their findings, and the findings of nobody in the table."""
    by_key: dict[Key, list[ReturnedFinding]] = {}
    owners = {key: pupil for pupil in reversed(pupils) for key in _keys_of(pupil)}
    loose: list[ReturnedFinding] = []
    for table in tables:
        for _, line in table.lines:
            finding = _finding(table, line)
            if not (finding.code or finding.label):
                continue
            owner = _owner(_keys(table, line), owners)
            if owner is None:
                loose.append(finding)
            else:
                by_key.setdefault(_keys_of(owner)[0], []).append(finding)
    found = [
        replace(pupil, findings=tuple(by_key.get(_keys_of(pupil)[0], pupil.findings)))
        for pupil in pupils
    ]
    return found, loose


def _owner(keys: Sequence[Key], owners: Mapping[Key, ReturnedPupil]) -> ReturnedPupil | None:
    """Whom a line of findings is about: its rank counts only for the pupil that it names as well,
    for another software may number there its own lines."""
    found = [owners[key] for key in keys if key in owners and _same(keys, owners[key])]
    return next(iter(found), None)


def _same(keys: Sequence[Key], pupil: ReturnedPupil) -> bool:
    """Whether nothing else than the rank says that it is somebody else."""
    own = dict(_keys_of(pupil))
    return all(kind == "rank" or own.get(kind, text) == text for kind, text in keys)


def _keys_of(pupil: ReturnedPupil) -> list[Key]:
    """What a pupil may be called by, the surest first: a rank stands once in a file."""
    keys = [("rank", pupil.rank), ("id", str(pupil.eleve_id or "")), ("ine", pupil.ine)]
    return [key for key in keys if key[1]]


def _keys(table: _Table, line: Sequence[str]) -> list[Key]:
    eleve_id = _number(table.cell(line, Column.ELEVE_ID))
    keys = [
        ("rank", table.cell(line, Column.RANK)),
        ("id", str(eleve_id or "")),
        ("ine", table.cell(line, Column.INE).upper()),
    ]
    return [key for key in keys if key[1]]
