"""Loading the published reference data: idempotent, and says what changed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

import safe_input
from livretpro.referentiels import nomenclature, source
from livretpro.referentiels.models import (
    Competence,
    Diploma,
    Mef,
    Nomenclature,
    NomenclatureCode,
    Referentiel,
    Subject,
)
from livretpro.referentiels.own import give_codes_again
from livretpro.referentiels.rules import LEVEL_BY_MEFSTAT

PROVISIONAL_FILE = Path("nomenclatures") / "lsl-provisoire.xml"


@dataclass(frozen=True)
class Loaded:
    """What a load changed, one French line each, and how much there is now."""

    changes: tuple[str, ...]
    summary: str


@transaction.atomic
def load_all(data: Path) -> Loaded:
    """Load référentiels, MEF, subjects and the provisional nomenclature from the folder `data`."""
    changes = [
        *_load_mefs(data / "mef"),
        *_load_subjects(data / "matieres"),
        *_load_referentiels(data / "referentiels"),
        *load_nomenclature((data / PROVISIONAL_FILE).read_bytes(), provisional=True),
    ]
    return Loaded(tuple(changes), _summary())


def _summary() -> str:
    return (
        f"{Referentiel.objects.values('slug').distinct().count()} référentiels, "
        f"{Diploma.objects.count()} diplômes, {Mef.objects.count()} MEF, "
        f"{Subject.objects.count()} matières, "
        f"{Nomenclature.objects.count()} nomenclature(s) LSL."
    )


def _load_referentiels(folder: Path) -> Iterable[str]:
    latest = {r.slug: r for r in Referentiel.objects.order_by("version")}
    for read in source.referentiels(folder):
        slug = read.content["slug"]
        known = latest.get(slug)
        if known is None or known.digest != read.digest:
            made = _new_version(read, version=known.version + 1 if known else 1)
            yield f"Référentiel {made.sigle} : version {made.version}."


def _new_version(read: source.SourceReferentiel, *, version: int) -> Referentiel:
    content = read.content
    made = Referentiel.objects.create(
        slug=content["slug"],
        version=version,
        sigle=content["sigle"],
        label=content["intitule"],
        complete=content["complet"],
        reliability=content.get("fiabilite", ""),
        source=content,
        digest=read.digest,
    )
    _save_competences(made, read.competences)
    for cfd in content["codes_formation_diplome"]:
        Diploma.objects.update_or_create(
            cfd=cfd, defaults={"sigle": made.sigle, "label": made.label, "referentiel": made}
        )
    return made


def _save_competences(referentiel: Referentiel, lines: tuple[source.SourceCompetence, ...]) -> None:
    saved: dict[str, Competence] = {}
    for position, line in enumerate(lines, start=1):
        saved[line.code] = Competence.objects.create(
            referentiel=referentiel,
            parent=saved.get(line.parent),
            code=line.code,
            label=line.label,
            position=position,
            expected=line.expected,
        )


def _load_mefs(folder: Path) -> Iterable[str]:
    rows = list(source.mefs(folder))
    wanted = {(row["mef10"], int(row["school_year"][:4])): row for row in rows}
    held = {(m.code, m.school_year): m for m in Mef.objects.all()}
    changed = [_mef(key, row) for key, row in wanted.items() if _differs(held.get(key), row)]
    Mef.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["code", "school_year"],
        update_fields=["mefstat", "cfd", "label", "ministry"],
    )
    if changed:
        yield f"MEF : {len(changed)} ajoutés ou modifiés."
    yield from _load_diplomas(rows)


def _differs(held: Mef | None, row: dict[str, str]) -> bool:
    return held is None or (held.mefstat, held.cfd, held.label, held.ministry) != (
        row["mef_stat_11"],
        row["formation_diplome_cfd"],
        row["libelle_edition"],
        row["ministere"],
    )


def _mef(key: tuple[str, int], row: dict[str, str]) -> Mef:
    return Mef(
        code=key[0],
        school_year=key[1],
        mefstat=row["mef_stat_11"],
        cfd=row["formation_diplome_cfd"],
        label=row["libelle_edition"],
        ministry=row["ministere"],
    )


def _load_diplomas(rows: list[dict[str, str]]) -> Iterable[str]:
    """A diploma for each MEF of première or terminale, shipped référentiel or not."""
    labels = {
        row["formation_diplome_cfd"]: _diploma_label(row["libelle_edition"])
        for row in rows
        if row["mef_stat_4"] in LEVEL_BY_MEFSTAT
    }
    known = set(Diploma.objects.values_list("cfd", flat=True))
    made = [Diploma(cfd=cfd, label=label) for cfd, label in labels.items() if cfd not in known]
    Diploma.objects.bulk_create(made)
    if made:
        yield f"Diplômes : {len(made)} ajoutés."


def _diploma_label(label: str) -> str:
    """`tle pro cuisine` → `Cuisine`: what the table writes of a year of a diploma."""
    words = label.split(" pro ", 1)[-1].strip()
    return words[:1].upper() + words[1:]


def _load_subjects(folder: Path) -> Iterable[str]:
    wanted = {
        row["code_matiere6_siecle(00)"]: row["libelle_edition"] for row in source.subjects(folder)
    }
    held = dict(Subject.objects.values_list("code", "label"))
    changed = [Subject(code=c, label=label) for c, label in wanted.items() if held.get(c) != label]
    Subject.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["code"], update_fields=["label"]
    )
    if changed:
        yield f"Matières : {len(changed)} ajoutées ou modifiées."


@transaction.atomic
def load_nomenclature(
    data: bytes, *, provisional: bool | None = None, school_uai: str = ""
) -> list[str]:
    """Keep a nomenclature file; the newest loaded official one, else provisional one, is in use.

    `provisional`: as its name says when nothing else is said. With `school_uai` it is what the
    Registre judges the files of that school by, and nothing else. What the own lists of schools
    say and it does not know gets a code. Raises `nomenclature.BadNomenclature`,
    `safe_input.Refused` or `own.NoCodeLeft`.
    """
    digest = hashlib.sha256(data).hexdigest()
    if Nomenclature.objects.filter(digest=digest, school_uai=school_uai).exists():
        return []
    name, rows = safe_input.read_bounded(nomenclature.read, data)
    if provisional is None:
        provisional = name.startswith(nomenclature.PROVISIONAL_NAME)
    made = Nomenclature.objects.create(
        name=name,
        provisional=provisional,
        school_uai=school_uai,
        digest=digest,
        millesimes=sorted({row.millesime for row in rows}),
    )
    NomenclatureCode.objects.bulk_create(
        NomenclatureCode(
            nomenclature=made,
            millesime=row.millesime,
            mef=row.mef,
            subject=row.subject,
            mode=row.mode,
            code=row.code,
            competence=row.competence,
            label=row.label,
        )
        for row in rows
    )
    if not school_uai:
        give_codes_again(subject=settings.LSL_SUBJECT_CODE)
    return [f"Nomenclature {name} : {len(rows)} lignes."]


def provisional_nomenclature(data: Path, *, subject: str, mode: str) -> bytes:
    """The provisional nomenclature of the folder `data`, codes already given kept."""
    path = data / PROVISIONAL_FILE
    former = nomenclature.read(path.read_bytes())[1] if path.exists() else []
    return nomenclature.write(
        list(_entries(data)),
        millesimes={int(row["school_year"][:4]) for row in source.mefs(data / "mef")},
        former=former,
        subject=subject,
        mode=mode,
    )


def _entries(data: Path) -> Iterable[nomenclature.Entry]:
    for read in source.referentiels(data / "referentiels"):
        if read.content["niveau"] != "bac_pro":
            continue
        labels = tuple(f"{c.code} {c.label}" for c in read.competences if c.expected)
        for mef in read.content["mef"]:
            for level, key in (("1RE", "mef_premiere_ou_2"), ("TERM", "mef_terminale_ou_3")):
                if mef.get(key):
                    yield nomenclature.Entry(
                        mef[key], mef["cfd"], level, read.content["intitule"], labels
                    )
