"""People, services and professeurs principaux of STS (spec 04, sts_emp)."""

from datetime import date

import pytest

import factories
from livretpro.schools.actors import actor_of
from livretpro.schools.models import (
    PrincipalTeacher,
    School,
    Service,
    ServiceTeacher,
    Staff,
    Substitution,
)
from school_imports import TODAY, codes, counts, imported, journal
from siecle_files import division_sts, groupe_sts, individu, service, sts_xml

pytestmark = pytest.mark.django_db
ZOE = individu("501")
OTHER = individu("502", NOM_PATRONYMIQUE="DURAND", PRENOM="Paul")


def sts(*individus, services=(), groupes=(), suppleants=()):
    return sts_xml(
        individus=individus,
        suppleants=suppleants,
        divisions=[division_sts("1MELEC", services=services)],
        groupes=groupes,
    )


def services():
    """Services of the year: place, subject, mode, teachers."""
    return [
        (
            s.division.code if s.division else s.group.code,
            s.subject_code,
            s.course_mode,
            sorted(t.sts_id for t in s.teachers.all()),
        )
        for s in Service.objects.order_by("subject_code", "course_mode", "pk")
    ]


class TestPeople:
    def test_are_created_without_a_login(self):
        report = imported(sts(individu("501", NOM_USAGE="LŒWE")))

        person = Staff.objects.get()
        assert (person.sts_id, person.sts_type, person.function) == ("501", "epp", "ENS")
        assert (person.last_name, person.first_name) == ("LŒWE", "Zoé")
        assert (person.name_key, person.birth_date) == ("loewe zoe", date(1980, 5, 17))
        assert (person.user, person.gone_on) == (None, None)
        assert counts(report.personnels) == (1, 0, 0, 0)
        assert journal("personnel") == [("ajoute", "501:epp", "", "", "LŒWE Zoé")]

    def test_are_known_by_id_and_type_together(self):
        report = imported(sts(individu("501", "epp"), individu("501", "local")))

        assert sorted(s.sts_type for s in Staff.objects.all()) == ["epp", "local"]
        assert report.personnels.ajoutes == 2

    def test_substitutes_are_staff_of_their_own_type(self):
        imported(sts(suppleants=[individu("601", "eppsup", tag="SUPPLEANT")]))

        assert Staff.objects.get().sts_type == "eppsup"

    def test_change_field_by_field_and_keep_their_account(self):
        imported(sts(ZOE))
        Staff.objects.update(user=factories.user())

        report = imported(sts(individu("501", NOM_PATRONYMIQUE="GRAND", FONCTION="DIR")))

        person = Staff.objects.get()
        assert (person.last_name, person.user) == ("GRAND", factories.user())
        assert counts(report.personnels) == (0, 1, 0, 0)
        assert journal("personnel")[1:] == [
            ("modifie", "501:epp", "nom", "PETIT", "GRAND"),
            ("modifie", "501:epp", "fonction", "ENS", "DIR"),
        ]

    def test_absent_from_a_new_file_are_gone_once_and_may_come_back(self):
        imported(sts(ZOE, OTHER))

        gone = imported(sts(OTHER), on=date(2025, 11, 3))
        again = imported(sts(OTHER), on=date(2025, 12, 1))
        assert Staff.objects.get(sts_id="501").gone_on == date(2025, 11, 3)
        back = imported(sts(ZOE, OTHER))

        assert counts(gone.personnels) == (0, 0, 1, 1)
        assert counts(again.personnels) == (0, 0, 0, 1)
        assert counts(back.personnels) == (0, 1, 0, 1)
        assert Staff.objects.get(sts_id="501").gone_on is None
        assert [entry[0] for entry in journal("personnel")] == [
            "ajoute",
            "ajoute",
            "clot",
            "reprend",
        ]

    def test_added_by_hand_are_never_gone_nor_merged_but_proposed(self):
        by_hand = factories.staff("Petit", "Zoe", of=factories.school(current_year=None))

        report = imported(sts(ZOE))
        again = imported(sts(ZOE))

        by_hand.refresh_from_db()
        assert (by_hand.gone_on, by_hand.sts_id) == (None, "")
        assert Staff.objects.count() == 2
        assert (codes(report), codes(again)) == (["personnel_homonyme"], [])
        assert proposed(report) == [("501:epp", "", "Petit Zoe", False)]
        assert again.propositions_personnels == ()

    @pytest.mark.parametrize(("born", "count"), [("1980-05-17", 1), ("1975-01-01", 0), ("", 1)])
    def test_of_a_new_id_and_a_known_name_are_proposed_unless_born_another_day(self, born, count):
        imported(sts(ZOE))

        report = imported(sts(individu("777", DATE_NAISSANCE=born)))

        assert codes(report) == ["personnel_homonyme"] * count
        assert proposed(report) == [("777:epp", "501:epp", "PETIT Zoé", False)] * count
        assert counts(report.personnels) == (1, 0, 1, 0)

    @pytest.mark.parametrize(
        "misfit",
        [
            individu("502", "autre"),
            individu("5" * 21),
            individu("502", PRENOM="P" * 101),
            individu("502", FONCTION="FONCTIONS"),
        ],
    )
    def test_that_do_not_fit_are_left_out_with_a_warning(self, misfit):
        report = imported(sts(ZOE, misfit))

        assert codes(report) == ["individu_invalide"]
        assert [s.sts_id for s in Staff.objects.all()] == ["501"]


def proposed(report):
    """Who is proposed: new key, known key, known name, whether somebody confirmed."""
    return [(p.key, p.known_key, p.known_name, p.confirmed) for p in report.propositions_personnels]


class TestRecognised:
    """A newcomer whom somebody recognises takes over the line of the known person."""

    def renumbered(self, number="999", **champs):
        """STS where Zoé has another identifier, and the same service."""
        person = individu(number, **champs)
        return sts(person, OTHER, services=[service(enseignants=[(number, "epp")])])

    @pytest.fixture
    def zoe(self):
        """Zoé as STS knows her first, with an account."""
        imported(sts(ZOE, OTHER, services=[service()]))
        Staff.objects.filter(sts_id="501").update(user=factories.user())
        factories.membership(factories.user(), of=School.objects.get())
        return Staff.objects.get(sts_id="501")

    def test_a_new_identifier_keeps_the_account_and_the_rights(self, zoe):
        report = imported(self.renumbered(), same_staff={"999:epp"})

        zoe.refresh_from_db()
        actor = actor_of(factories.user(), School.objects.get().uai, on=TODAY)
        assert (zoe.sts_id, zoe.user, zoe.gone_on) == ("999", factories.user(), None)
        assert actor.speciality_divisions == frozenset({Service.objects.get().division_id})
        assert Staff.objects.count() == 2
        assert proposed(report) == [("999:epp", "501:epp", "PETIT Zoé", True)]
        assert codes(report) == []
        assert (counts(report.personnels), counts(report.services)) == ((0, 1, 0, 1), (0, 0, 0, 1))
        assert journal("personnel")[2:] == [
            ("modifie", "999:epp", "identifiant STS", "501:epp", "999:epp")
        ]

    @pytest.mark.usefixtures("zoe")
    def test_the_same_file_again_changes_nothing(self):
        imported(self.renumbered(), same_staff={"999:epp"})

        assert imported(self.renumbered()).changes_nothing

    @pytest.mark.usefixtures("zoe")
    def test_unless_somebody_says_so_it_is_somebody_else(self):
        imported(self.renumbered(), same_staff={"888:epp"})

        assert Staff.objects.get(sts_id="999").user is None
        assert Staff.objects.get(sts_id="501").gone_on is not None

    def test_somebody_gone_comes_back_under_another_identifier(self, zoe):
        imported(sts(OTHER))

        report = imported(self.renumbered(), same_staff={"999:epp"})

        zoe.refresh_from_db()
        assert (zoe.sts_id, zoe.gone_on) == ("999", None)
        assert [line.key for line in report.personnels.back] == ["999:epp"]

    def test_a_line_by_hand_becomes_that_of_sts_with_all_it_bears(self):
        school = factories.school(current_year=None)
        by_hand = factories.staff(of=school, person=factories.user())
        absent = factories.staff("DURAND", "Paul", of=school, sts_id="502", sts_type="epp")
        Substitution.objects.create(absent=absent, substitute=by_hand, start=date(2025, 9, 1))

        report = imported(sts(ZOE, OTHER, services=[service()]), same_staff={"501:epp"})

        by_hand.refresh_from_db()
        assert (by_hand.sts_id, by_hand.birth_date) == ("501", date(1980, 5, 17))
        assert by_hand.user == factories.user()
        assert Substitution.objects.get().substitute == by_hand
        assert ServiceTeacher.objects.get().staff == by_hand
        assert Staff.objects.count() == 2
        assert proposed(report) == [("501:epp", "", "PETIT Zoé", True)]

    def test_of_several_nobody_is_proposed(self):
        school = factories.school(current_year=None)
        for _ in range(2):
            factories.staff(of=school)

        report = imported(sts(ZOE), same_staff={"501:epp"})

        assert (report.propositions_personnels, codes(report)) == ((), ["personnel_homonyme"])
        assert Staff.objects.count() == 3

    def test_somebody_there_comes_before_somebody_gone(self):
        imported(sts(ZOE, OTHER))
        imported(sts(OTHER))
        by_hand = factories.staff(of=School.objects.get())

        imported(sts(OTHER, individu("999")), same_staff={"999:epp"})

        by_hand.refresh_from_db()
        assert by_hand.sts_id == "999"
        assert Staff.objects.get(sts_id="501").gone_on is not None

    def test_two_newcomers_never_share_one_line(self):
        factories.staff(of=factories.school(current_year=None), person=factories.user())

        report = imported(sts(individu("501"), individu("502")), same_staff={"501:epp", "502:epp"})

        assert [(s.sts_id, s.user) for s in Staff.objects.order_by("pk")] == [
            ("501", factories.user()),
            ("502", None),
        ]
        assert proposed(report) == [("501:epp", "", "PETIT Zoé", True)]


class TestServices:
    def test_stand_in_divisions_and_groups_with_their_teachers(self):
        imported(
            sts(
                ZOE,
                OTHER,
                services=[service(enseignants=[("501", "epp"), ("502", "epp")])],
                groupes=[groupe_sts("G1", divisions=["1MELEC"], services=[service("071000")])],
            )
        )

        assert services() == [
            ("G1", "071000", "CG", ["501"]),
            ("1MELEC", "071100", "CG", ["501", "502"]),
        ]

    def test_are_replaced_to_match(self):
        imported(sts(ZOE, OTHER, services=[service("071100"), service("020700")]))

        report = imported(
            sts(ZOE, OTHER, services=[service("071100", enseignants=[("502", "epp")])])
        )

        assert services() == [("1MELEC", "071100", "CG", ["502"])]
        assert counts(report.services) == (0, 1, 1, 0)
        assert journal("service")[2:] == [
            ("modifie", "2025:D:1MELEC:071100:CG", "enseignants", "PETIT Zoé", "DURAND Paul"),
            ("clot", "2025:D:1MELEC:020700:CG", "enseignants", "PETIT Zoé", ""),
        ]

    def test_met_twice_are_one_with_the_teachers_of_both(self):
        imported(sts(ZOE, OTHER, services=[service(), service(enseignants=[("502", "epp")])]))

        assert services() == [("1MELEC", "071100", "CG", ["501", "502"])]

    def test_that_name_an_unknown_person_ignore_that_person_with_a_warning(self):
        report = imported(
            sts(ZOE, services=[service(enseignants=[("501", "epp"), ("999", "epp")])])
        )

        warning = report.avertissements[0]
        assert (warning.code, len(report.avertissements)) == ("enseignant_inconnu", 1)
        assert warning.ligne is not None
        assert services() == [("1MELEC", "071100", "CG", ["501"])]

    def test_whose_subject_does_not_fit_are_left_out_with_a_warning(self):
        report = imported(sts(ZOE, services=[service("0711000"), service("071100")]))

        assert codes(report) == ["service_invalide"]
        assert services() == [("1MELEC", "071100", "CG", ["501"])]

    def test_give_their_teachers_the_right_to_write_the_speciality(self):
        imported(sts(ZOE, services=[service("071100")]))
        Staff.objects.update(user=factories.user())
        school = School.objects.get()
        factories.membership(factories.user(), of=school)

        actor = actor_of(factories.user(), school.uai, on=TODAY)

        division = Service.objects.get().division_id
        assert actor.speciality_divisions == frozenset({division})


class TestPrincipalTeachers:
    def charge(self, code="1MELEC", start="2025-09-01", end="2026-08-31"):
        return {"CODE_STRUCTURE": code, "DATE_DEBUT": start, "DATE_FIN": end}

    def charges(self):
        rows = PrincipalTeacher.objects.order_by("pk")
        return [(p.staff.sts_id, p.division.code, p.start, p.end) for p in rows]

    def rights_on(self, day):
        Staff.objects.update(user=factories.user())
        school = School.objects.get()
        if not school.memberships.exists():
            factories.membership(factories.user(), of=school)
        return actor_of(factories.user(), school.uai, on=day).principal_divisions

    def test_are_kept_with_their_dates(self):
        imported(sts(individu("501", profs_princ=[self.charge()])))

        assert self.charges() == [("501", "1MELEC", date(2025, 9, 1), date(2026, 8, 31))]

    def test_have_the_right_until_the_last_day_included(self):
        imported(sts(individu("501", profs_princ=[self.charge(end="2025-12-19")])))
        division = PrincipalTeacher.objects.get().division_id

        assert self.rights_on(date(2025, 12, 19)) == frozenset({division})
        assert self.rights_on(date(2025, 12, 20)) == frozenset()

    def test_those_named_by_hand_stay_whatever_sts_says(self):
        imported(sts(individu("501", profs_princ=[self.charge()])))
        of_sts = PrincipalTeacher.objects.get()
        PrincipalTeacher.objects.create(
            staff=of_sts.staff, division=of_sts.division, start=date(2025, 9, 1), by_hand=True
        )

        again = imported(sts(individu("501", profs_princ=[self.charge()])))
        last = imported(sts(ZOE))

        assert [counts(r.personnels) for r in (again, last)] == [(0, 0, 0, 1), (0, 1, 0, 0)]
        assert [p.by_hand for p in PrincipalTeacher.objects.all()] == [True]

    def test_are_replaced_to_match_and_told(self):
        imported(sts(individu("501", profs_princ=[self.charge(start=None)])))

        report = imported(sts(individu("501", profs_princ=[self.charge(end="2025-12-19")])))
        last = imported(sts(ZOE))

        assert self.charges() == []
        assert [counts(r.personnels) for r in (report, last)] == [(0, 1, 0, 0)] * 2
        assert journal("personnel")[1:] == [
            (
                "modifie",
                "501:epp",
                "professeur principal",
                "1MELEC (… – 31/08/2026)",
                "1MELEC (01/09/2025 – 19/12/2025)",
            ),
            (
                "modifie",
                "501:epp",
                "professeur principal",
                "1MELEC (01/09/2025 – 19/12/2025)",
                "",
            ),
        ]

    def test_of_two_charges_for_one_division_the_longest_stands(self):
        charges = [self.charge(end=None), self.charge(end="2025-12-19")]

        imported(sts(individu("501", profs_princ=charges)))

        assert self.charges() == [("501", "1MELEC", date(2025, 9, 1), None)]

    def test_of_an_unknown_division_are_ignored_with_a_warning(self):
        report = imported(sts(individu("501", profs_princ=[self.charge("1XXX")])))

        assert codes(report) == []
        assert [a.code for a in report.avertissements] == ["division_inconnue"]
        assert self.charges() == []

    def test_lose_their_charge_when_they_are_gone(self):
        imported(sts(individu("501", profs_princ=[self.charge()]), OTHER))

        imported(sts(OTHER))

        assert self.charges() == []


def test_the_same_file_again_changes_nothing():
    file = sts(
        individu("501", profs_princ=[{"CODE_STRUCTURE": "1MELEC", "DATE_FIN": "2026-08-31"}]),
        OTHER,
        services=[service(enseignants=[("501", "epp"), ("502", "epp")])],
        groupes=[groupe_sts("G1", divisions=["1MELEC"], services=[service()])],
    )
    imported(file)

    report = imported(file, on=date(2026, 12, 31))

    assert report.changes_nothing
    assert counts(report.personnels) == (0, 0, 0, 2)
    assert counts(report.services) == (0, 0, 0, 2)
