"""The partner API over HTTP: what is served, to whom, at what cost."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone

from livretpro.journal.models import Entry
from livretpro.livrets.actions import record, set_periods, take_period_back
from livretpro.livrets.models import Periodicity, PeriodPublication
from livretpro.livrets.periods import Period
from livretpro.partners.actions import revoke_client
from livretpro.partners.models import PartnerClient
from livretpro.partners.queries import PUPILS_A_PAGE
from livretpro.partners.rules import PER_MINUTE
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Enrolment
from livretpro.schools.rules import APPRENTICE_STATUS
from livretpro.web.api import tokens
from lycee import CIEL, COMPETENCES, UAI, Lycee
from query_counts import queries
from web.api.partner_world import DEGREES, ask_token, partner, school

pytestmark = pytest.mark.django_db
BILANS = "divisions/TCIEL1/periodes/1"
WHAT = ("moyenne", "appreciation")


# Tokens


def test_what_is_refused_is_kept_nowhere() -> None:
    """An exception made once for all would keep, refusal after refusal, the secrets it was sent."""
    for _ in range(2):
        ask_token("lp-inconnu", "un secret essayé")

    kept = [one for one in vars(tokens).values() if isinstance(one, BaseException)]
    assert kept == []


def test_a_token_is_given_for_the_secret_by_basic_or_in_the_form() -> None:
    made = partner(school()).made
    form = {"client_id": made.client.client_id, "client_secret": made.secret}

    by_form = Client().post("/api/v1/jeton", {"grant_type": "client_credentials"} | form)
    by_basic = ask_token(made.client.client_id, made.secret, scope="bilans")

    for answer in (by_form, by_basic):
        said = answer.json()
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert {**said, "access_token": ""} == {
            "access_token": "",
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": "bilans",
        }


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "tout"}, 400, "invalid_scope"),
        ({"client_secret": "encore"}, 400, "invalid_request"),
    ],
)
def test_a_request_for_a_token_that_is_none(form: dict, status: int, error: str) -> None:
    made = partner(school()).made

    answer = ask_token(made.client.client_id, made.secret, **form)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    "header", ["Basic", "Basic é", "Basic AAAA", "Basic OjpA", "Bearer x", "Basic /w==", "x"]
)
def test_credentials_that_prove_nothing(header: str) -> None:
    answer = Client().post(
        "/api/v1/jeton",
        {"grant_type": "client_credentials"},
        headers={"Authorization": header},
    )

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_a_form_sent_from_another_site_needs_no_cookie_and_gets_no_session() -> None:
    made = partner(school()).made
    client = Client(enforce_csrf_checks=True)

    answer = client.post(
        "/api/v1/jeton",
        {
            "grant_type": "client_credentials",
            "client_id": made.client.client_id,
            "client_secret": made.secret,
        },
    )

    assert (answer.status_code, dict(answer.cookies)) == (200, {})


# What is served


def test_the_school() -> None:
    answer = partner(school()).ask("etablissement")

    assert answer.json() == {
        "uai": UAI,
        "nom": "Lycée professionnel de Valmeray",
        "annee": "2025-2026",
    }


def test_the_divisions_their_diplomas_and_their_periods() -> None:
    lycee = school()
    bounds = [date(2025, 9, 1), date(2025, 12, 1), date(2026, 3, 1), date(2026, 6, 1)]
    periods = [
        Period(number, first, last - timedelta(days=1))
        for number, (first, last) in enumerate(pairwise(bounds), start=1)
    ]
    set_periods(lycee.year, CIEL, Level.TERMINALE, periods, by=lycee.actor)

    said = partner(lycee).ask("divisions").json()

    assert (said["page"], said["pages"]) == (1, 1)
    found = {one["code"]: one for one in said["divisions"]}
    assert (found["1CIEL1"]["diplomes"][0]["periodicite"], found["1CIEL1"]["periodes"]) == (
        None,
        [],
    )
    assert found["TCIEL1"]["diplomes"] == [
        {
            "cfd": CIEL,
            "mefs": ["2472551933"],
            "niveau": "terminale",
            "periodicite": "T",
            "competences": list(COMPETENCES),
        }
    ]
    served = found["TCIEL1"]["periodes"]
    assert [(one["numero"], one["debut"], one["fin"]) for one in served] == [
        (1, "2025-09-01", "2025-11-30"),
        (2, "2025-12-01", "2026-02-28"),
        (3, "2026-03-01", "2026-05-31"),
    ]
    assert [one["publiee_le"] is not None for one in served] == [True, False, False]


def test_the_bilans_of_a_published_period() -> None:
    lycee = school(pupils=1)
    pupil = lycee.enrolment(1001).student

    said = partner(lycee).ask(BILANS).json()

    changed = said["eleves"][0].pop("modifie_le")
    assert datetime.fromisoformat(changed) <= timezone.now()
    told = {"le": said["eleves"][0]["moyenne_decidee"]["le"], "par": lycee.actor.author.name}
    assert datetime.fromisoformat(told["le"]) <= timezone.now()
    assert datetime.fromisoformat(said.pop("publiee_le")) <= timezone.now()
    assert said == {
        "division": "TCIEL1",
        "numero": 1,
        "eleves": [
            {
                "eleve_id": "1001",
                "ine": pupil.ine or None,
                "nom": pupil.last_name,
                "prenom": pupil.first_name,
                "cfd": CIEL,
                "moyenne": "12.50",
                "non_note": False,
                "moyenne_decidee": told,
                "appreciation": "Un bon départ, 0.",
                "appreciation_decidee": told,
                "enseignants": [{"nom": "PETIT", "prenom": "Zoé"}],
                "degres": [
                    {"code": code, "degre": int(degree), "decide": told}
                    for code, degree in zip(COMPETENCES, DEGREES, strict=True)
                ],
            }
        ],
        "page": 1,
        "pages": 1,
    }


def test_an_apprentice_of_a_level_without_periodicity_hides_nobody() -> None:
    lycee = school()
    Enrolment.objects.filter(division__code="1CIEL1").update(
        division=lycee.division("TCIEL1"), status=APPRENTICE_STATUS
    )
    reader = partner(lycee)

    divisions = {one["code"]: one for one in reader.ask("divisions").json()["divisions"]}
    served = reader.ask(BILANS)

    assert [one["niveau"] for one in divisions["TCIEL1"]["diplomes"]] == ["terminale"]
    assert len(divisions["TCIEL1"]["periodes"]) == 3
    assert (divisions["1CIEL1"]["diplomes"], served.status_code) == ([], 200)


def test_a_pupil_of_whom_nothing_was_entered_is_there_with_nothing() -> None:
    lycee = school(pupils=2)
    record(lycee.enrolment(1001), "moyenne_1", "NN", by=lycee.actor)
    for key in ("moyenne_1", "bilan_1_appreciation", *_degree_keys()):
        record(lycee.enrolment(1002), key, "", by=lycee.actor)

    first, second = partner(lycee).ask(BILANS).json()["eleves"]

    assert (first["moyenne"], first["non_note"]) == (None, True)
    assert (second["moyenne"], second["non_note"], second["degres"]) == (None, False, [])
    assert second["appreciation"] == ""
    told = [one[f"{what}_decidee"] for one in (first, second) for what in WHAT]
    assert [bool(decision) for decision in told] == [True, True, False, False]


def test_each_value_tells_who_decided_it_last_and_when() -> None:
    lycee = school(pupils=1)
    reader = partner(lycee)
    (before,) = reader.ask(BILANS).json()["eleves"]
    record(lycee.enrolment(1001), f"bilan_1_competence:{COMPETENCES[1]}", "4", by=lycee.actor)

    (after,) = reader.ask(BILANS).json()["eleves"]

    later = [one["decide"]["le"] > before["degres"][0]["decide"]["le"] for one in after["degres"]]
    assert later == [rank == 1 for rank in range(len(COMPETENCES))]
    assert after["moyenne_decidee"] == before["moyenne_decidee"]


def _degree_keys() -> list[str]:
    return [f"bilan_1_competence:{code}" for code in COMPETENCES]


def test_a_period_that_is_not_published_or_taken_back_is_not_served() -> None:
    lycee = school()
    reader = partner(lycee)
    before = reader.ask("divisions/TCIEL1/periodes/2")
    take_period_back(lycee.division("TCIEL1"), 1, by=lycee.actor)
    after = reader.ask(BILANS)

    for answer in (before, after):
        assert (answer.status_code, answer.json()["code"]) == (404, "periode_non_publiee")


@pytest.mark.parametrize(("runs", "after"), [(True, ["1001", "1002"]), (False, ["1002"])])
def test_a_bilan_that_nobody_published_is_not_served_after_a_move(
    runs: bool, after: list[str]
) -> None:
    """Of a period that runs, it follows the pupil once published; of one that is over, never."""
    lycee = school()
    reader, before = partner(lycee), lycee.division("1CIEL1")
    day = timezone.localdate()
    if runs:
        days = [day + timedelta(days=number) for number in range(1, 6)]
        Periodicity.objects.update(period_days=[date(2025, 9, 1), *days])
    moved = lycee.enrolment(1001)
    Enrolment.objects.filter(pk=moved.pk).update(end=day, division=before)
    moved.pk, moved.start = None, day + timedelta(days=1)
    moved.save(force_insert=True)

    def served() -> list[str]:
        return [one["eleve_id"] for one in reader.ask(BILANS).json()["eleves"]]

    alone = served()
    PeriodPublication.objects.create(division=before, number=1)

    assert (alone, served()) == (["1002"], after)


def test_what_a_move_within_the_period_brought_unpublished_stays_so_once_it_is_over() -> None:
    lycee = school()
    reader, before = partner(lycee), lycee.division("1CIEL1")
    day = timezone.localdate()
    days = [day + timedelta(days=number) for number in range(-1, 4)]
    Periodicity.objects.update(period_days=[date(2025, 9, 1), *days])
    PeriodPublication.objects.update(published_at=timezone.now() - timedelta(days=10))
    moved = lycee.enrolment(1001)
    Enrolment.objects.filter(pk=moved.pk).update(end=day - timedelta(days=6), division=before)
    moved.pk, moved.start = None, day - timedelta(days=5)
    moved.save(force_insert=True)

    def served() -> list[str]:
        return [one["eleve_id"] for one in reader.ask(BILANS).json()["eleves"]]

    alone = served()
    PeriodPublication.objects.create(division=before, number=1)

    assert (alone, served()) == (["1002"], ["1001", "1002"])


def test_a_bilan_of_a_period_that_is_over_stays_where_the_pupil_was() -> None:
    lycee = school(pupils=3)
    moved, day = lycee.enrolment(1001), timezone.localdate()
    Enrolment.objects.filter(pk=moved.pk).update(end=day)
    Enrolment.objects.filter(student__siecle_id=1002).update(end=date(2025, 9, 30))
    moved.pk, moved.start, moved.division = None, day, lycee.division("1CIEL1")
    moved.save(force_insert=True)

    eleves = partner(lycee).ask(BILANS).json()["eleves"]

    assert {one["eleve_id"] for one in eleves} == {"1001", "1002", "1003"}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("divisions/TCIEL9/periodes/1", 404, "introuvable"),
        ("divisions/1CIEL1/periodes/1", 404, "introuvable"),
        ("divisions/TCIEL1/periodes/4", 422, "demande_illisible"),
        ("divisions/TCIEL1/periodes/1?page=2", 404, "introuvable"),
        ("divisions/TCIEL1/periodes/1?page=0", 422, "demande_illisible"),
        ("divisions/TCIEL1/periodes/1?page=x", 422, "demande_illisible"),
        ("divisions?page=2", 404, "introuvable"),
        ("divisions/%00/periodes/1", 422, "demande_illisible"),
        ("divisions/T%0A/periodes/1", 404, "introuvable"),
        ("rien", 404, "introuvable"),
        ("", 404, "introuvable"),
    ],
)
def test_what_does_not_exist(path: str, status: int, code: str) -> None:
    answer = partner(school()).ask(path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_division_whose_code_holds_a_slash() -> None:
    lycee = school(pupils=1)
    division = lycee.division("TCIEL1")
    division.code = "T CI/MEL"
    division.save(update_fields=["code"])

    answer = partner(lycee).ask("divisions/T%20CI%2FMEL/periodes/1")

    assert answer.json()["division"] == "T CI/MEL"


# To whom


def test_a_partner_reads_its_own_school_alone() -> None:
    own, other = school(), school("0990002P", reference=False)
    division = other.division("TCIEL1")
    division.code = "TAILLEUR"
    division.save(update_fields=["code"])

    reader = partner(own)

    assert [d["code"] for d in reader.ask("divisions").json()["divisions"]] == sorted(
        one.code for one in own.year.divisions.all()
    )
    assert reader.ask("divisions/TAILLEUR/periodes/1").status_code == 404
    assert partner(other).ask("etablissement").json()["uai"] == "0990002P"


def test_a_revoked_access_is_refused_at_once() -> None:
    lycee = school()
    reader = partner(lycee)
    revoke_client(reader.made.client, by=lycee.actor, now=timezone.now())

    answer = reader.ask("etablissement")

    assert (answer.status_code, answer.json()["code"]) == (401, "jeton_refuse")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_an_access_without_the_scope_reads_no_bilan() -> None:
    lycee = school()
    reader = partner(lycee)
    PartnerClient.objects.update(scopes=[])

    assert reader.ask("etablissement").status_code == 200
    for path in ("divisions", BILANS):
        answer = reader.ask(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "portee_insuffisante")


def test_too_many_requests_wait() -> None:
    reader = partner(school())
    PartnerClient.objects.update(window_count=PER_MINUTE, window_start=timezone.now())

    answer = reader.ask("etablissement")
    token = ask_token(reader.made.client.client_id, reader.made.secret)

    assert (answer.status_code, answer.json()["code"]) == (429, "trop_de_demandes")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert (token.status_code, "Retry-After" in token) == (429, True)


# At what cost


def test_what_leaves_is_told_and_what_is_known_already_is_not() -> None:
    reader = partner(school(pupils=3))
    first = reader.ask(BILANS)
    reader.ask(BILANS, **{"If-None-Match": first["ETag"]})

    (told,) = Entry.objects.filter(action="lit")
    assert (told.kind, told.field, told.author_name) == ("partenaire", "bilans", "PRONOTE")
    assert told.values_kept.after == "TCIEL1, période 1, page 1 : 3 élèves"


def test_what_has_not_changed_is_not_sent_again() -> None:
    lycee = school()
    reader = partner(lycee)
    first = reader.ask(BILANS)
    again = reader.ask(BILANS, **{"If-None-Match": first["ETag"]})
    record(lycee.enrolment(1001), "moyenne_1", "13", by=lycee.actor)
    changed = reader.ask(BILANS, **{"If-None-Match": first["ETag"]})

    assert (first.status_code, first["Cache-Control"]) == (200, "private, no-cache")
    assert (again.status_code, again.content) == (304, b"")
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)


def test_pupils_come_page_by_page() -> None:
    lycee = school(pupils=2)
    one = lycee.enrolment(1001)
    students = [_copy(lycee, one, number) for number in range(2001, 2001 + PUPILS_A_PAGE)]
    reader = partner(lycee)

    pages = [reader.ask(f"{BILANS}?page={n}").json() for n in (1, 2)]

    sent = [pupil["eleve_id"] for page in pages for pupil in page["eleves"]]
    assert [(page["page"], page["pages"]) for page in pages] == [(1, 2), (2, 2)]
    assert sorted(sent) == sorted(["1001", "1002", *students])


def _copy(lycee: Lycee, of: Enrolment, number: int) -> str:
    student = lycee.school.students.create(
        siecle_id=number, last_name="X", first_name="Y", name_key="x", first_name_key="y"
    )
    Enrolment.objects.create(
        student=student,
        school_year=of.school_year,
        division=of.division,
        mef=of.mef,
        cfd=of.cfd,
        level=of.level,
        start=of.start,
    )
    return str(number)


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_queries_of_a_page_do_not_depend_on_its_pupils(pupils: int) -> None:
    reader = partner(school(pupils=pupils))

    with queries(18):
        assert reader.ask(BILANS).status_code == 200
    with queries(10):
        assert reader.ask("divisions").status_code == 200
    with queries(3):
        assert reader.ask("etablissement").status_code == 200
