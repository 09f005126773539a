"""`livretpro referentiels export`, `import`, `nomenclature --uai`."""

import json
from pathlib import Path

from command_line import CIEL, UAI, Run
from livretpro.journal.models import Entry
from livretpro.referentiels import nomenclature
from livretpro.referentiels.models import Referentiel

LIST = {"sigle": "CIEL", "competences": [{"code": "Z1", "intitule": "Réparer un drone"}]}


def test_a_list_is_read_then_kept_then_written_the_same(school: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "liste.json", tmp_path / "sortie.json"
    file.write_text(json.dumps(LIST), encoding="utf-8")
    where = ("--uai", UAI, "--diplome", CIEL)

    read = school("referentiels", "import", *where, file, "--json")
    kept = school("referentiels", "import", *where, file, "--apply", "--json")
    written = school("referentiels", "export", *where, out)

    line = {"code": "Z1", "intitule": "Réparer un drone", "livret": True}
    assert (read.data["version"], kept.data["version"]) == (None, 1)
    assert (read.data["competences"], kept.data["erreurs"]) == ([line], [])
    assert (written.status, json.loads(out.read_text())["competences"]) == (0, [line])
    assert Referentiel.objects.get(school_uai=UAI).author_name.startswith("ligne de commande")


def test_a_bad_list_is_refused_with_its_line(school: Run, tmp_path: Path) -> None:
    file = tmp_path / "liste.json"
    file.write_text(json.dumps({"competences": [{"code": "Z 1", "intitule": ""}]}))

    answer = school(
        "referentiels", "import", "--uai", UAI, "--diplome", CIEL, file, "--apply", "--json"
    )

    assert (answer.status, answer.data["version"]) == (1, None)
    assert answer.err.startswith("Ligne 1 : Le code ne contient ni blanc")


def test_the_nomenclature_of_a_school_holds_its_codes(school: Run, tmp_path: Path) -> None:
    file, out = tmp_path / "liste.json", tmp_path / "nomenclature.xml"
    file.write_text(json.dumps(LIST), encoding="utf-8")
    school("referentiels", "import", "--uai", UAI, "--diplome", CIEL, file, "--apply")

    answer = school("referentiels", "nomenclature", "--uai", UAI, "--sortie", out)

    _, rows = nomenclature.read(out.read_bytes())
    assert answer.status == 0
    assert {row.code for row in rows if row.competence == "Z1"} == {"8001"}


def test_an_official_nomenclature_comes_before_the_provisional_one(
    school: Run, tmp_path: Path
) -> None:
    out = tmp_path / "nomenclature.xml"
    school("referentiels", "nomenclature", "--uai", UAI, "--sortie", out)
    renamed = out.read_text(encoding="utf-8").replace('nom="LivretPro provisoire', 'nom="LSL 2026')
    out.write_text(renamed, encoding="utf-8")

    first = school("referentiels", "nomenclature-officielle", out)
    again = school("referentiels", "nomenclature-officielle", out)

    assert first.out.startswith("Nomenclature LSL 2026 : ")
    assert again.out == "Cette nomenclature est déjà chargée.\n"
    told = Entry.objects.filter(school_uai=UAI, field="données de référence").latest("rank")
    assert (told.action, told.values_kept.after) == ("charge", first.out.strip())
