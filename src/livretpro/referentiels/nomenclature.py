"""The nomenclature file of LSL: made (provisional one) and read (spec 03, Codes).

Format seen on the ministry's 2016 file: a dictionary of competences, then for each school year
the MEF, their subjects and the codes of the competences.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from lxml import etree

import safe_input
from livretpro.referentiels.rules import MEF_LENGTH

FIRST_PROVISIONAL_CODE = 5001  # spec 03, Codes
PROVISIONAL_NAME = "LivretPro provisoire"


class BadNomenclature(Exception):
    """The file is not a nomenclature of LSL; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@dataclass(frozen=True)
class Row:
    """One competence of one subject of one MEF for one millésime, with its 4-digit code.

    `mef` has ten digits. `competence` is the référentiel's own code: the first word of the label.
    """

    millesime: int
    mef: str
    subject: str
    mode: str
    code: str
    label: str

    @property
    def competence(self) -> str:
        """The code the référentiel gives this competence (`C1.2`)."""
        return self.label.split(" ", 1)[0]


@dataclass(frozen=True)
class Entry:
    """A diploma at one level: its MEF and the labels of its expected competences."""

    mef: str
    cfd: str
    level: str
    specialite: str
    labels: tuple[str, ...]


def read(data: bytes) -> tuple[str, list[Row]]:
    """Name and rows of a nomenclature file; raises `BadNomenclature` or `safe_input.Refused`."""
    root = safe_input.parse(data)
    if root.tag != "nomenclaturesLsl":
        raise BadNomenclature(
            f"Ce fichier est un « {root.tag} » : une nomenclature LSL est attendue."
        )
    labels = {c.get("code", ""): _text(c) for c in root.iterfind("competences/competence")}
    return root.get("nom", "Nomenclature LSL"), list(_rows(root, labels))


def _text(element: etree._Element) -> str:
    return " ".join((element.text or "").split())


def _rows(root: etree._Element, labels: dict[str, str]) -> Iterator[Row]:
    for year in root.iterfind("anneeScolaire"):
        for mef in year.iterfind("mef"):
            for subject in mef.iterfind("matiere"):
                for code in subject.iterfind("competences/competence"):
                    yield _row(year, mef, subject, _text(code), labels)


def _row(
    year: etree._Element,
    mef: etree._Element,
    subject: etree._Element,
    code: str,
    labels: dict[str, str],
) -> Row:
    if code not in labels:
        raise BadNomenclature(
            f"Ligne {subject.sourceline} : la compétence « {code} » n’est pas dans la liste."
        )
    return Row(
        millesime=int(year.get("millesime", "0")),
        mef=(mef.get("codeMef") or "")[:MEF_LENGTH],
        subject=subject.get("codeBcn", ""),
        mode=subject.get("modaliteElection", ""),
        code=code,
        label=labels[code],
    )


def write(
    entries: Iterable[Entry],
    *,
    millesimes: Iterable[int],
    former: Iterable[Row],
    subject: str,
    mode: str,
) -> bytes:
    """The provisional nomenclature. A code that `former` gave is kept, never given again."""
    entries = sorted(entries, key=lambda e: e.mef)
    codes = _codes(entries, former)
    root = etree.Element("nomenclaturesLsl", nom=PROVISIONAL_NAME)
    years = sorted(millesimes)
    _dictionary(root, codes, years[0])
    for year in years:
        _year(root, year, entries, codes, subject=subject, mode=mode)
    return _serialised(root)


@dataclass(frozen=True)
class Described:
    """What a file says of a MEF beside its codes: level, diploma, speciality."""

    level: str
    cfd: str
    specialite: str


def write_rows(name: str, rows: Iterable[Row], described: Mapping[str, Described]) -> bytes:
    """A nomenclature file that holds just these rows; `described` is by MEF."""
    listed = sorted(rows, key=lambda row: (row.millesime, row.mef, row.code))
    root = etree.Element("nomenclaturesLsl", nom=name)
    block = etree.SubElement(root, "competences")
    first_year = {row.code: row.millesime for row in reversed(listed)}
    for code, label in sorted({(row.code, row.label) for row in listed}):
        year = str(first_year[code])
        etree.SubElement(block, "competence", code=code, annee=year).text = label
    for millesime, of_year in groupby(listed, key=lambda row: row.millesime):
        year_block = etree.SubElement(root, "anneeScolaire", millesime=str(millesime))
        for mef, of_mef in groupby(of_year, key=lambda row: row.mef):
            codes = list(of_mef)
            what = described.get(mef, Described("", "", ""))
            under = _subject(year_block, mef, what, subject=codes[0].subject, mode=codes[0].mode)
            for row in codes:
                etree.SubElement(under, "competence").text = row.code
    return _serialised(root)


def _serialised(root: etree._Element) -> bytes:
    out = io.BytesIO()
    etree.indent(root, " ")
    etree.ElementTree(root).write(out, encoding="UTF-8", xml_declaration=True)
    return out.getvalue() + b"\n"


def _subject(
    year: etree._Element, mef: str, what: Described, *, subject: str, mode: str
) -> etree._Element:
    """The block of a MEF and of its one subject; the codes go in what is returned."""
    of_mef = etree.SubElement(
        year,
        "mef",
        codeMef=f"{mef}0",
        niveau=what.level,
        codeSerie=what.cfd,
        serie="BAC PRO",
        specialite=what.specialite,
    )
    matiere = etree.SubElement(
        of_mef,
        "matiere",
        regroupement="ENSEIGNEMENTS PROFESSIONNELS",
        discipline="SPECIALITE DU BACCALAUREAT PROFESSIONNEL",
        codeBcn=subject,
        presenceEvaluationPeriodique="true",
        modaliteElection=mode,
    )
    return etree.SubElement(matiere, "competences")


_Key = tuple[str, str]  # diploma, code of the competence


def _codes(entries: list[Entry], former: Iterable[Row]) -> dict[_Key, tuple[str, str]]:
    """(diploma, competence) → (4-digit code, label)."""
    cfd_of = {entry.mef: entry.cfd for entry in entries}
    given = {(cfd_of.get(row.mef, row.mef), row.competence): row.code for row in former}
    following = max((int(code) for code in given.values()), default=FIRST_PROVISIONAL_CODE - 1) + 1
    codes: dict[_Key, tuple[str, str]] = {}
    for entry in entries:
        for label in entry.labels:
            key = (entry.cfd, label.split(" ", 1)[0])
            if key not in given:
                given[key] = str(following)
                following += 1
            codes[key] = (given[key], label)
    return codes


def _dictionary(root: etree._Element, codes: dict[_Key, tuple[str, str]], year: int) -> None:
    block = etree.SubElement(root, "competences")
    for code, label in sorted(codes.values()):
        etree.SubElement(block, "competence", code=code, annee=str(year)).text = label


def _year(
    root: etree._Element,
    millesime: int,
    entries: list[Entry],
    codes: dict[_Key, tuple[str, str]],
    *,
    subject: str,
    mode: str,
) -> None:
    year = etree.SubElement(root, "anneeScolaire", millesime=str(millesime))
    for entry in entries:
        what = Described(entry.level, entry.cfd, entry.specialite)
        block = _subject(year, entry.mef, what, subject=subject, mode=mode)
        for label in entry.labels:
            key = (entry.cfd, label.split(" ", 1)[0])
            etree.SubElement(block, "competence").text = codes[key][0]
