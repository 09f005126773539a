"""The floor of P1: the least work that could give the same bytes and keep the same rows.

One SQL query that hands out texts ready to be written, lxml straight from them, one validation, one
digest and signature, and three INSERTs. No rule, no model, no status, nothing reused.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from lxml import etree
from lxml.etree import SubElement

from benchmarks.data import UAI, YEAR, Class
from livretpro.lsl_export.seal import digest, sign
from lsl_xml.profile import Profile, compiled_schema

QUERY = (Path(__file__).parent / "floor.sql").read_text(encoding="utf-8")
INSERT_VERSION = """
    INSERT INTO lsl_export_exportversion
      (school_year_id, division_id, cfd, number, profile, with_previous_year, file_name, content,
       sha256, signature, nomenclature, provisional, referentiels, made_at, author_id, author_name)
    VALUES (%s, %s, %s, 1, '1.1', false, %s, %s, %s, %s, %s, true, %s, %s, %s, %s)
    RETURNING id
"""
INSERT_PUPILS = """
    INSERT INTO lsl_export_exportedpupil (version_id, student_id, colour)
    SELECT %s, student, 'vert' FROM unnest(%s) AS student
"""
INSERT_JOURNAL = """
    WITH moved AS (
      INSERT INTO journal_chainhead AS head (school_uai, count, mac, seal)
      SELECT %(uai)s, coalesce(max(rank), 0) + 1, %(seal)s, %(seal)s
        FROM journal_entry WHERE school_uai = %(uai)s
      ON CONFLICT (school_uai) DO UPDATE SET count = head.count + 1, mac = %(seal)s
      RETURNING count
    )
    INSERT INTO journal_entry
      (at, rank, school_uai, author_id, author_name, action, kind, key, field, request_id,
       before_digest, after_digest, mac)
    SELECT %(at)s, count, %(uai)s, %(id)s, %(name)s, 'exporte', 'export', %(key)s, %(field)s, '',
           '', '', %(seal)s
      FROM moved
"""


class Row(NamedTuple):
    """A pupil as `floor.sql` gives it: texts as the file writes them."""

    student: int
    siecle_id: str
    ine: str
    mef: str
    kind: str
    appreciation: str
    synthesis: str
    pfmp_last_name: str
    pfmp_first_name: str
    weeks: str
    abroad: str
    project_mark: str
    project_appreciation: str
    numbers: list[str]
    averages: list[str]
    codes: list[str]
    levels: list[str]
    last_names: list[str]
    first_names: list[str]
    project_last_names: list[str]
    project_first_names: list[str]
    size: str
    average: str
    low: str
    middle: str
    high: str


@dataclass
class Floor:
    """The floor for one class; `content` holds the bytes of the last run."""

    of: Class
    content: bytes = b""

    def run(self) -> None:
        """Read, serialise, validate, sign and keep, in one transaction."""
        with transaction.atomic(), connection.cursor() as cursor:
            rows = self._read(cursor)
            root = self._tree(rows)
            compiled_schema(Profile.V1_1).assertValid(root)
            self.content = etree.tostring(
                root, encoding="UTF-8", xml_declaration=True, pretty_print=True
            )
            self._keep(cursor, rows)

    def _read(self, cursor: CursorWrapper) -> list[Row]:
        cursor.execute(
            QUERY,
            {
                "division": self.of.division.pk,
                "cfd": self.of.diploma.cfd,
                "year": YEAR,
                "subject": settings.LSL_SUBJECT_CODE,
                "mode": settings.LSL_ELECTION_MODE,
            },
        )
        return [Row(*row) for row in cursor.fetchall()]

    def _tree(self, rows: list[Row]) -> etree._Element:
        namespace = "urn:livretpro:lslpro:import"
        root = etree.Element(f"{{{namespace}}}lsl", schemaVersion="1.1", nsmap={"lsl": namespace})
        entete = SubElement(root, "entete")
        SubElement(entete, "editeur").text = "LIVRETPRO"
        SubElement(entete, "application").text = "LivretPro"
        SubElement(entete, "etablissement").text = UAI
        SubElement(entete, "version").text = "1"
        SubElement(entete, "division").text = self.of.division.code
        donnees = SubElement(root, "donnees")
        for row in rows:
            _pupil(donnees, row)
        return root

    def _keep(self, cursor: CursorWrapper, rows: list[Row]) -> None:
        now, sha256, author = datetime.now(UTC), digest(self.content), self.of.head.author
        name = f"LSLPRO_{UAI}_{self.of.division.code}_{YEAR}_v001_{now:%Y%m%d-%H%M%S}.xml"
        made_with = ("LivretPro provisoire 2025", [self.of.diploma.cfd])
        when = (now, author.id, author.name)
        cursor.execute(
            INSERT_VERSION,
            [
                *(self.of.division.school_year_id, self.of.division.pk, self.of.diploma.cfd),
                *(name, self.content, sha256, sign(sha256), *made_with, *when),
            ],
        )
        (version,) = cursor.fetchone()
        cursor.execute(INSERT_PUPILS, [version, [row.student for row in rows]])
        told: dict[str, str | datetime] = {"at": now, "uai": UAI, "seal": sha256}
        told |= {"id": author.id, "name": author.name, "key": str(version), "field": name}
        cursor.execute(INSERT_JOURNAL, told)


def _pupil(donnees: etree._Element, row: Row) -> None:
    eleve = SubElement(donnees, "eleve", id=row.siecle_id, ine=row.ine)
    year = SubElement(SubElement(eleve, "scolarites"), "scolarite")
    year.set("annee-scolaire", str(YEAR))
    year.set("code-periode", row.kind)
    year.set("code-mef", row.mef)
    avis = SubElement(year, "avisPfmp", nom=row.pfmp_last_name, prenom=row.pfmp_first_name)
    avis.text = row.synthesis
    avis.set("nb-semaines", row.weeks)
    avis.set("partie-etranger", row.abroad)
    project = SubElement(year, "chefOeuvre", note=row.project_mark, nature="projet")
    SubElement(project, "annuelle").text = row.project_appreciation
    _teachers(project, row.project_last_names, row.project_first_names)
    _evaluation(year, row)


def _evaluation(year: etree._Element, row: Row) -> None:
    evaluation = SubElement(year, "evaluation")
    evaluation.set("modalite-election", "S")
    evaluation.set("code-matiere", "071100")
    structure = SubElement(evaluation, "structure", effectif=row.size, moyenne=row.average)
    structure.set("repar-moins-huit", row.low)
    structure.set("repar-huit-douze", row.middle)
    structure.set("repar-plus-douze", row.high)
    SubElement(evaluation, "annuelle").text = row.appreciation
    periods = SubElement(evaluation, "periodiques")
    for number, average in zip(row.numbers, row.averages, strict=True):
        SubElement(periods, "periode", numero=number, moyenne=average)
    competences = SubElement(evaluation, "competences")
    for code, level in zip(row.codes, row.levels, strict=True):
        SubElement(competences, "competence", code=code).text = level
    _teachers(evaluation, row.last_names, row.first_names)


def _teachers(parent: etree._Element, last_names: list[str], first_names: list[str]) -> None:
    block = SubElement(parent, "enseignants")
    for last_name, first_name in zip(last_names, first_names, strict=True):
        SubElement(block, "enseignant", nom=last_name, prenom=first_name)
