"""Makes SIECLE and STS files for tests: the smallest valid ones, as the ministry writes them.

    eleves_xml(eleves=[eleve(1, NOM_DE_FAMILLE="LŒWE", divisions=["2TNE"])])

Tags are the schema's. A tag given as None is absent, given as "" is present and empty.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

UAI = "0990001N"
ANNEE = 2025
MEF = "24722701310"
ENCODING = "ISO-8859-15"

Tags = dict[str, str | None]


@dataclass(frozen=True)
class EleveXml:
    """A pupil: its block in ELEVES, and what STRUCTURES says of it as (TYPE_STRUCTURE, code)."""

    block: str
    eleve_id: str | None
    structures: Sequence[tuple[str, str]] = ()


def eleve(
    eleve_id: int | str | None = 1001,
    *,
    divisions: Iterable[str] = ("2TNE",),
    groupes: Iterable[str] = (),
    an_dernier: Tags | None = None,
    **champs: str | None,
) -> EleveXml:
    """Make a pupil; `champs` replace or complete the default tags, by their names."""
    tags = {**_eleve_tags(eleve_id), **champs}
    inner = _tags(tags)
    if an_dernier is not None:
        inner += _block("SCOLARITE_AN_DERNIER", _tags(an_dernier))
    key = None if eleve_id is None else str(eleve_id)
    block = _block("ELEVE", inner, ELEVE_ID=key, ELENOET="77")
    structures = [("D", code) for code in divisions] + [("G", code) for code in groupes]
    return EleveXml(block, key, structures)


def _eleve_tags(eleve_id: int | str | None) -> Tags:
    number = eleve_id if isinstance(eleve_id, int) else 0
    return {
        "ID_NATIONAL": f"{number:010d}A",
        "ELENOET": "88",
        "NOM_DE_FAMILLE": "MARTIN",
        "PRENOM": "Léa",
        "DATE_NAISS": "14/02/2009",
        "DOUBLEMENT": "0",
        "DATE_ENTREE": f"01/09/{ANNEE}",
        "CODE_STATUT": "ST",
        "CODE_MEF": MEF,
    }


def eleves_xml(
    *,
    uai: str | None = UAI,
    annee: int | str | None = ANNEE,
    eleves: Sequence[EleveXml] = (),
    date_export: str | None = "15/09/2025",
    structures_first: bool = False,
    more: str = "",
) -> bytes:
    """Make `ElevesSansAdresses.xml`; `more` is raw XML added at the end of DONNEES."""
    pupils = _block("ELEVES", "".join(eleve.block for eleve in eleves))
    structures = _block("STRUCTURES", "".join(map(_structures_eleve, eleves)))
    blocks = [structures, pupils] if structures_first else [pupils, structures]
    header = _bee_parametres(uai, annee, date_export)
    return document("BEE_ELEVES", header + _block("DONNEES", "".join(blocks) + more))


def _structures_eleve(eleve: EleveXml) -> str:
    inner = "".join(
        _block("STRUCTURE", _tags({"CODE_STRUCTURE": code, "TYPE_STRUCTURE": kind}))
        for kind, code in eleve.structures
    )
    return _block("STRUCTURES_ELEVE", inner, ELEVE_ID=eleve.eleve_id) if inner else ""


def structures_xml(
    *,
    uai: str | None = UAI,
    annee: int | str | None = ANNEE,
    divisions: Sequence[str] = (),
    groupes: Sequence[str] = (),
) -> bytes:
    """Make `Structures.xml` of what `division` and `groupe` give."""
    inner = _block("DIVISIONS", "".join(divisions)) + _block("GROUPES", "".join(groupes))
    header = _bee_parametres(uai, annee, "15/09/2025")
    return document("BEE_STRUCTURES", header + _block("DONNEES", inner))


def division(
    code: str = "2TNE", *, libelle: str = "Seconde TNE", mefs: Sequence[str] = (MEF,)
) -> str:
    """Make a division of SIECLE."""
    return _block("DIVISION", _tags({"LIBELLE_LONG": libelle}) + _mefs(mefs), CODE_STRUCTURE=code)


def groupe(
    code: str = "2TNE-A",
    *,
    libelle: str = "Groupe A",
    divisions: Sequence[str] = ("2TNE",),
    mefs: Sequence[str] = (MEF,),
) -> str:
    """Make a group of SIECLE."""
    of = "".join(
        _block("DIVISION_APPARTENANCE", _tags({"CODE_STRUCTURE": code})) for code in divisions
    )
    inner = _tags({"LIBELLE_LONG": libelle}) + _block("DIVISIONS_APPARTENANCE", of) + _mefs(mefs)
    return _block("GROUPE", inner, CODE_STRUCTURE=code)


def _mefs(mefs: Sequence[str]) -> str:
    inner = "".join(_block("MEF_APPARTENANCE", _tags({"CODE_MEF": code})) for code in mefs)
    return _block("MEFS_APPARTENANCE", inner)


def nomenclature_xml(
    *,
    uai: str | None = UAI,
    annee: int | str | None = ANNEE,
    mefs: Sequence[tuple[str, Tags]] = (),
    matieres: Sequence[tuple[str, Tags]] = (),
) -> bytes:
    """Make `Nomenclature.xml` of (code, tags) pairs."""
    inner = _block("MEFS", "".join(_block("MEF", _tags(t), CODE_MEF=c) for c, t in mefs))
    subjects = "".join(_block("MATIERE", _tags(t), CODE_MATIERE=c) for c, t in matieres)
    inner += _block("MATIERES", subjects)
    header = _bee_parametres(uai, annee, "15/09/2025")
    return document("BEE_NOMENCLATURES", header + _block("DONNEES", inner))


def sts_xml(
    *,
    uai: str | None = UAI,
    annee: int | str | None = ANNEE,
    individus: Sequence[str] = (),
    suppleants: Sequence[str] = (),
    divisions: Sequence[str] = (),
    groupes: Sequence[str] = (),
    matieres: Sequence[tuple[str, Tags]] = (),
    mefs: Sequence[tuple[str, Tags]] = (),
    parametres: str = "",
) -> bytes:
    """Make `sts_emp_<UAI>_<ANNEE>.xml`; `parametres` is raw XML added to PARAMETRES."""
    subjects = "".join(_block("MATIERE", _tags(t), CODE=c) for c, t in matieres)
    formations = "".join(_block("MEF", _tags(t), CODE=c) for c, t in mefs)
    structure = _block("DIVISIONS", "".join(divisions)) + _block("GROUPES", "".join(groupes))
    donnees = (
        _block("INDIVIDUS", "".join(individus))
        + _block("SUPPLEANTS", "".join(suppleants))
        + _block("STRUCTURE", structure)
    )
    return document(
        "STS_EDT",
        _sts_parametres(uai, annee, parametres)
        + _block("NOMENCLATURES", _block("MATIERES", subjects) + _block("MEFS", formations))
        + _block("DONNEES", donnees),
    )


def individu(
    id_: str | None = "501",
    type_: str | None = "epp",
    *,
    tag: str = "INDIVIDU",
    profs_princ: Sequence[Tags] = (),
    **champs: str | None,
) -> str:
    """Make a person of STS; `tag` may be SUPPLEANT."""
    defaults: Tags = {
        "CIVILITE": "2",
        "NOM_PATRONYMIQUE": "PETIT",
        "PRENOM": "Zoé",
        "DATE_NAISSANCE": "1980-05-17",
        "FONCTION": "ENS",
    }
    principal = "".join(_block("PROF_PRINC", _tags(tags)) for tags in profs_princ)
    inner = _tags({**defaults, **champs}) + _block("PROFS_PRINC", principal)
    return _block(tag, inner, ID=id_, TYPE=type_)


def division_sts(
    code: str = "2TNE", *, mefs: Sequence[str] = (MEF,), services: Sequence[str] = ()
) -> str:
    """Make a division of STS with what `service` gives."""
    of = "".join(_block("MEF_APPARTENANCE", CODE=mef) for mef in mefs)
    inner = _tags({"LIBELLE_LONG": "Seconde TNE"}) + _block("MEFS_APPARTENANCE", of)
    return _block("DIVISION", inner + _block("SERVICES", "".join(services)), CODE=code)


def groupe_sts(
    code: str = "2TNE-A", *, divisions: Sequence[str] = ("2TNE",), services: Sequence[str] = ()
) -> str:
    """Make a group of STS with what `service` gives."""
    of = "".join(_block("DIVISION_APPARTENANCE", CODE=division) for division in divisions)
    inner = _tags({"LIBELLE_LONG": "Groupe A"}) + _block("DIVISIONS_APPARTENANCE", of)
    return _block("GROUPE", inner + _block("SERVICES", "".join(services)), CODE=code)


def service(
    code_matiere: str = "071100",
    *,
    code_mod_cours: str | None = "CG",
    enseignants: Sequence[tuple[str | None, str | None]] = (("501", "epp"),),
) -> str:
    """Make a service of STS, taught by (ID, TYPE) pairs."""
    of = "".join(_block("ENSEIGNANT", ID=id_, TYPE=type_) for id_, type_ in enseignants)
    inner = _block("ENSEIGNANTS", of)
    return _block("SERVICE", inner, CODE_MATIERE=code_matiere, CODE_MOD_COURS=code_mod_cours)


def document(root: str, inner: str, *, encoding: str = ENCODING) -> bytes:
    """Make an XML file of any root around raw XML."""
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    return (declaration + f'<{root} VERSION="1.0">\n{inner}</{root}>\n').encode(encoding)


def zipped(data: bytes, name: str = "ExportXML_ElevesSansAdresses.xml") -> bytes:
    """Put a file alone in a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def _bee_parametres(uai: str | None, annee: int | str | None, date_export: str | None) -> str:
    year = None if annee is None else str(annee)
    tags: Tags = {"UAJ": uai, "ANNEE_SCOLAIRE": year, "DATE_EXPORT": date_export}
    return _block("PARAMETRES", _tags(tags))


def _sts_parametres(uai: str | None, annee: int | str | None, more: str) -> str:
    year = None if annee is None else str(annee)
    bounds = _tags({"DATE_DEBUT": f"{ANNEE}-09-01", "DATE_FIN": f"{ANNEE + 1}-08-31"})
    return _block(
        "PARAMETRES", _block("UAJ", CODE=uai) + _block("ANNEE_SCOLAIRE", bounds, ANNEE=year) + more
    )


def _tags(tags: Tags) -> str:
    return "".join(
        f"<{name}>{escape(value)}</{name}>\n" for name, value in tags.items() if value is not None
    )


def _block(tag: str, inner: str = "", **attributes: str | None) -> str:
    written = "".join(
        f" {name}={quoteattr(value)}" for name, value in attributes.items() if value is not None
    )
    return f"<{tag}{written}>\n{inner}</{tag}>\n" if inner else f"<{tag}{written}/>\n"
