"""Several divisions exported at once: what each becomes, the archive and its signed manifest."""

import io
import json
import zipfile

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from livretpro.journal.models import Entry
from livretpro.lsl_export.jobs import make_run, take
from livretpro.lsl_export.models import ExportRun, ExportVersion
from livretpro.lsl_export.seal import digest, public_key
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found, signed_in
from query_counts import queries
from read_page import ReadPage

pytestmark = pytest.mark.django_db
EXPORT = f"/suivi/{UAI}/{CIEL}/export/"
SESSION_AND_DOOR = 2 + 4


@pytest.fixture
def lycee() -> Lycee:
    """Two divisions with orange livrets, one all red."""
    made = found({"TCIEL1": 2, "TCIEL2": 1, "TCIEL3": 1})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, 1002, 1003)
    return made


@pytest.fixture
def as_head(lycee: Lycee) -> Client:
    return signed_in(lycee.person(Role.CHEF))


def ask(client: Client, lycee: Lycee, *codes: str) -> str:
    """Ask for the files of these divisions: the address of what follows."""
    ticked = [lycee.division(code).pk for code in codes]
    return client.post(f"{EXPORT}ensemble/", {"division": ticked, "profil": "1.1"})["Location"]


def several(client: Client, lycee: Lycee, *codes: str) -> ReadPage:
    """The same, then the page once the work is done."""
    address = ask(client, lycee, *codes)
    make_run(ExportRun.objects.latest("pk").pk, on=timezone.localdate())
    return ReadPage(client.get(address))


def band(page: ReadPage) -> list[str]:
    """What the blue band says of an export."""
    return [a.text for a in page.root.xpath("//*[@class='lp-band']//a") if "Export" in a.text]


def archive(client: Client, *versions: int) -> zipfile.ZipFile:
    answer = client.post(f"{EXPORT}archive/", {"version": versions})
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_each_division_is_told_apart(lycee: Lycee, as_head: Client) -> None:
    lycee.export("TCIEL1")

    page = several(as_head, lycee, "TCIEL1", "TCIEL2", "TCIEL3")

    assert page.rows("2 fichiers prêts") == [
        ["TCIEL1", "001", "rien n’a changé depuis la version 1"],
        ["TCIEL2", "001", "nouvelle version"],
    ]
    assert "TCIEL3 : Le seul livret de TCIEL3 est rouge." in page.text


def test_the_archive_holds_the_very_files_and_a_manifest_that_proves_them(
    lycee: Lycee, as_head: Client
) -> None:
    several(as_head, lycee, "TCIEL1", "TCIEL2")
    versions = list(ExportVersion.objects.order_by("division__code"))

    held = archive(as_head, *(version.pk for version in versions))

    for version in versions:
        assert held.read(version.file_name) == bytes(version.content)
    manifest = held.read("manifeste.json")
    told = json.loads(manifest)
    assert [(f["nom"], f["sha256"]) for f in told["fichiers"]] == [
        (version.file_name, version.sha256) for version in versions
    ]
    assert told["etablissement"] == UAI
    assert [f["referentiels"] for f in told["fichiers"]] == [v.referentiels for v in versions]
    assert all(one.startswith("bac-pro-ciel v") for v in versions for one in v.referentiels)
    assert all(v.referentiels for v in versions)
    key = load_pem_public_key(public_key().encode())
    key.verify(held.read("manifeste.json.sig"), digest(manifest).encode())  # type: ignore[union-attr]
    assert set(held.namelist()) == {v.file_name for v in versions} | {
        "manifeste.json",
        "manifeste.json.sig",
    }


def verified(client: Client, *members: tuple[str, bytes]) -> str:
    """What the page says of an archive of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as held:
        for name, content in members:
            held.writestr(name, content)
    sent = {"fichier": SimpleUploadedFile("a.zip", made.getvalue())}
    return ReadPage(client.post(f"{EXPORT}verifier/", sent)).text


def test_an_archive_is_verified_by_its_manifest(lycee: Lycee, as_head: Client) -> None:
    several(as_head, lycee, "TCIEL1", "TCIEL2")
    versions = list(ExportVersion.objects.order_by("division__code"))
    whole = archive(as_head, *(version.pk for version in versions))
    members = [(name, whole.read(name)) for name in whole.namelist()]
    (first, content), second, manifest, signature = members
    other = (second[0], content)

    assert "intacte : 2 fichiers" in verified(as_head, *members)
    lacks = verified(as_head, (first, content), manifest, signature)
    assert f"{second[0]} : absent de l’archive." in lacks
    changed = verified(as_head, (first, content + b" "), second, manifest, signature)
    assert f"{first} : inconnu de l’établissement, ou modifié." in changed
    assert f"{second[0]} : inconnu" in verified(as_head, (first, content), other, *members[2:])
    unsigned = verified(as_head, *members[:2], (manifest[0], manifest[1] + b" "), signature)
    assert "La signature du manifeste manque" in unsigned
    added = verified(as_head, *members, ("ajout.xml", b"<lsl/>"))
    assert "ajout.xml : inconnu" in added
    told = Entry.objects.filter(action="verifie").order_by("pk")
    assert [e.values_kept.after.partition(", ")[2] for e in told] == [
        "intacte",
        *["modifiée, ou d’ailleurs"] * 5,
    ]


def test_the_same_versions_give_the_same_bytes_and_each_taking_is_told(
    lycee: Lycee, as_head: Client
) -> None:
    several(as_head, lycee, "TCIEL1", "TCIEL2")
    versions = list(ExportVersion.objects.values_list("pk", flat=True))

    first, second = (
        as_head.post(f"{EXPORT}archive/", {"version": versions}).content for _ in range(2)
    )

    assert first == second
    assert Entry.objects.filter(action="telecharge", kind="export").count() == 4


@pytest.mark.parametrize("bad", ["0", "-1", "x", "9" * 30])
def test_a_version_that_is_not_there_gives_nothing(lycee: Lycee, as_head: Client, bad: str) -> None:
    made = lycee.export("TCIEL1").version.pk

    assert as_head.post(f"{EXPORT}archive/", {"version": bad}).status_code == 404
    if bad == "0":
        sent = {"version": [made, bad]}
        assert as_head.post(f"{EXPORT}archive/", sent).status_code == 404


def test_the_work_is_followed_left_and_found_again(lycee: Lycee, as_head: Client) -> None:
    address = ask(as_head, lycee, "TCIEL1", "TCIEL2")
    waiting = ReadPage(as_head.get(address))
    take(ExportRun.objects.get().pk)
    ExportRun.objects.update(done=1)

    running, elsewhere = ReadPage(as_head.get(address)), ReadPage(as_head.get(EXPORT))

    assert "Export en attente : il commence dès que" in waiting.text
    assert "Export : 1 / 2 divisions (50 %)" in running.text
    assert (band(waiting), band(elsewhere)) == ([], ["Export en cours : 1 / 2"])
    assert elsewhere.rows("Exports de plusieurs divisions")[0][1:] == [
        "Claire FERRAND",
        "1 / 2 divisions",
        "En cours",
    ]
    ExportRun.objects.update(state="termine", done=2)
    assert band(ReadPage(as_head.get(EXPORT))) == ["Export terminé"]
    as_head.get(address)
    assert band(ReadPage(as_head.get(EXPORT))) == []


def test_the_progress_is_asked_until_the_end(lycee: Lycee, as_head: Client) -> None:
    address = ask(as_head, lycee, "TCIEL1", "TCIEL2")
    asked = f"{address}avancement/"

    running = as_head.get(asked, headers={"HX-Request": "true"})
    make_run(ExportRun.objects.get().pk, on=timezone.localdate())
    over = as_head.get(asked, headers={"HX-Request": "true"})

    assert "Export en attente" in running.content.decode()
    assert over["HX-Refresh"] == "true"
    assert as_head.get(asked)["Location"] == address


def test_the_band_asks_how_far_it_is_until_the_end(lycee: Lycee, as_head: Client) -> None:
    address = ask(as_head, lycee, "TCIEL1", "TCIEL2")
    link = ReadPage(as_head.get(EXPORT)).root.xpath("//*[@class='lp-band__run']")[0]
    ask_again = {"headers": {"HX-Request": "true"}}

    running = as_head.get(link.get("hx-get"), **ask_again).content.decode()
    make_run(ExportRun.objects.get().pk, on=timezone.localdate())
    over = as_head.get(link.get("hx-get"), **ask_again).content.decode()

    assert link.get("hx-get") == f"{address}avancement/?bande"
    assert ("Export en cours : 0 / 2" in running, "hx-get" in running) == (True, True)
    assert ("Export terminé" in over, "hx-get" in over) == (True, False)


def test_a_run_is_stopped_and_what_is_made_stays(lycee: Lycee, as_head: Client) -> None:
    address = ask(as_head, lycee, "TCIEL1", "TCIEL2")
    run = ExportRun.objects.get()
    lycee.export("TCIEL1")
    ExportRun.objects.update(done=1)

    page = ReadPage(as_head.post(f"{address}arreter/", follow=True))
    make_run(run.pk, on=timezone.localdate())
    again = ReadPage(as_head.post(f"{address}arreter/", follow=True))

    run.refresh_from_db()
    assert (run.state, ExportVersion.objects.count()) == ("arrete", 1)
    assert "Cet export a été arrêté après 1 division sur 2." in page.text
    assert again.messages()[0] == "Cet export était déjà fini."
    assert list(Entry.objects.filter(action="arrete").values_list("kind", "field")) == [
        ("export", f"2 divisions, {CIEL}")
    ]


def test_who_lost_the_right_meanwhile_is_told(lycee: Lycee, as_head: Client) -> None:
    address = ask(as_head, lycee, "TCIEL1")
    ExportRun.objects.update(state="refuse")

    page = ReadPage(as_head.get(address))

    assert "n’a plus le droit d’exporter" in page.messages()[0]
    assert "Aucun fichier n’a été fait." in page.text


def test_a_profile_that_does_not_exist_says_so(lycee: Lycee, as_head: Client) -> None:
    sent = {"division": [lycee.division("TCIEL1").pk], "profil": "2.0"}

    answer = as_head.post(f"{EXPORT}ensemble/", sent, follow=True)

    assert ReadPage(answer).messages()[0] == "Choisissez un des profils proposés."
    assert ExportRun.objects.count() == 0


@pytest.mark.parametrize("codes", [["TCIEL1"], ["TCIEL1", "TCIEL2", "TCIEL3"]])
def test_the_page_costs_the_same_for_one_division_or_three(
    lycee: Lycee, as_head: Client, codes: list[str]
) -> None:
    several(as_head, lycee, *codes)
    address = f"{EXPORT}ensemble/{ExportRun.objects.get().pk}/"

    with queries(SESSION_AND_DOOR + 3):
        as_head.get(address)


def test_no_division_ticked_says_so(lycee: Lycee, as_head: Client) -> None:
    answer = as_head.post(f"{EXPORT}ensemble/", {}, follow=True)

    assert ReadPage(answer).messages()[0] == "Choisissez au moins une division à exporter."
    assert ExportRun.objects.count() == 0


def test_the_archive_costs_the_same_whatever_its_files(lycee: Lycee, as_head: Client) -> None:
    several(as_head, lycee, "TCIEL1", "TCIEL2")
    versions = list(ExportVersion.objects.values_list("pk", flat=True))

    for count in (1, 2):
        with queries(SESSION_AND_DOOR + 3):
            archive(as_head, *versions[:count])
