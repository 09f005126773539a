"""The rows of a rehearsal, worked out before the template: it runs no query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from livretpro.lsl_export.repairs import FILE_CHECKS, LivretKey, Outcome, PupilTold, Repair, Told
from livretpro.web.base.addresses import diploma_path
from livretpro.web.suivi.place import DiplomaPlace

STATUSES = {
    "IMPORTE": ("vert", "IMPORTÉ"),
    "PARTIEL": ("orange", "PARTIEL"),
    "REJETE": ("rouge", "REJETÉ"),
}
WORDS = {
    Repair.LIVRET: "Ouvrir le livret",
    Repair.SIECLE: "Voir l’import SIECLE",
    Repair.MEF: "Vérifier le MEF",
    Repair.NOMENCLATURE: "Voir le référentiel",
    Repair.PERIODICITY: "Voir la périodicité",
    Repair.GROUPS: "Voir les groupes",
    Repair.FILE: "Refaire le fichier",
}
WORDS_OF_CODE = {"REJLSL_E03": "Corriger l’INE"}


@dataclass(frozen=True)
class FindingRow:
    """A finding, with the pupil it is about (empty for the file) and the link to its repair."""

    told: Told
    name: str
    colour: str
    status: str
    words: str
    address: str


@dataclass(frozen=True)
class PupilRow:
    """A pupil of the file."""

    rank: int
    name: str
    colour: str
    status: str
    findings: int
    address: str


@dataclass(frozen=True)
class RehearsalRows:
    """What the page shows of a rehearsal; `division` is that of the version."""

    told: Outcome
    place: DiplomaPlace
    division: int

    @property
    def refused(self) -> bool:
        """Whether the whole file would be refused."""
        return bool(self.told.file)

    @property
    def checks(self) -> str:
        """`7 / 7`."""
        return f"{self.told.passed} / {FILE_CHECKS}"

    @property
    def sentence(self) -> str:
        """The answer, before the tables that prove it."""
        total, whole = len(self.told.pupils), self.told.imported
        if self.refused:
            return "Ce fichier serait refusé en entier : aucun élève n’en serait lu."
        if whole == total:
            return f"{_all_of(total)} : rien à corriger."
        if not whole:
            return f"Aucun des {total} élèves du fichier ne serait importé en entier."
        verb = "seraient importés" if whole > 1 else "serait importé"
        return f"{whole} élève{'s' if whole > 1 else ''} sur {total} {verb} en entier."

    @property
    def findings(self) -> Sequence[FindingRow]:
        """Those of the file, then pupil by pupil in the order of the file."""
        of_file = [self._finding(told, "", "rouge", "REFUSÉ") for told in self.told.file]
        return of_file + [
            self._finding(told, _name(pupil), *STATUSES[pupil.status])
            for pupil in self.told.pupils
            for told in pupil.findings
        ]

    @property
    def pupils(self) -> Sequence[PupilRow]:
        """In the order of the file."""
        return [
            PupilRow(
                pupil.rank,
                _name(pupil),
                *STATUSES[pupil.status],
                findings=len(pupil.findings),
                address=self._livret(pupil.livret),
            )
            for pupil in self.told.pupils
        ]

    @property
    def absent(self) -> Sequence[tuple[str, str]]:
        """Name and livret of those that the division has and the file lacks."""
        return [(name, self._livret(livret)) for name, livret in self.told.absent]

    def _finding(self, told: Told, name: str, colour: str, status: str) -> FindingRow:
        address = self._address(told)
        words = WORDS_OF_CODE.get(told.code, WORDS.get(told.repair, "")) if address else ""
        return FindingRow(told, name, colour, status, words, address)

    def _address(self, told: Told) -> str:
        if told.repair is Repair.LIVRET:
            page = self._livret(told.livret)
            return f"{page}#{told.anchor}" if page and told.anchor else page
        school, place = self.place.school.uai, self.place
        pages: Mapping[Repair, tuple[str, tuple[object, ...]]] = {
            Repair.SIECLE: ("imports", (school,)),
            Repair.MEF: ("suivi:referentiel", (school, place.diploma.cfd)),
            Repair.NOMENCLATURE: ("suivi:referentiel", (school, place.diploma.cfd)),
            Repair.PERIODICITY: ("suivi:export", (school, place.path)),
            Repair.GROUPS: ("suivi:groups", (school, place.path)),
            Repair.FILE: ("suivi:export_division", (school, place.path, self.division)),
        }
        name, parts = pages.get(told.repair, ("", ()))
        return reverse(name, args=parts) if name else ""

    def _livret(self, key: LivretKey | None) -> str:
        if key is None:
            return ""
        path = diploma_path(self.place.school, key.cfd, key.year)
        return reverse("suivi:livret", args=(self.place.school.uai, path, key.enrolment))


def _name(pupil: PupilTold) -> str:
    return pupil.name or f"Identifiant {pupil.eleve_id}"


def _all_of(total: int) -> str:
    if total == 1:
        return "Le seul élève du fichier serait importé"
    return f"Les {total} élèves du fichier seraient importés"
