"""Rows of one table by a condition in SQL."""

import pytest
from django.db import connection

import factories
from livretpro.lsl_registry.models import ImportLine
from livretpro.rows import prepared, rows_and_more, rows_where
from livretpro.schools.models import Student

pytestmark = pytest.mark.django_db


def test_rows_are_those_the_models_would_give() -> None:
    first, second = factories.student(2, last_name="NOM"), factories.student(1)

    found = rows_where(Student, "siecle_id = ANY (%s) ORDER BY siecle_id", [[1, 2, 10**30]])

    assert found == [second, first]
    names = [one.attname for one in Student._meta.concrete_fields]
    assert [[getattr(own, name) for name in names] for own in found] == [
        [getattr(own, name) for name in names] for own in Student.objects.order_by("siecle_id")
    ]
    assert not any(own.get_deferred_fields() for own in found)


def test_a_row_that_was_read_is_changed_not_made_again() -> None:
    factories.student(1)

    (found,) = rows_where(Student, "siecle_id = %(number)s", {"number": 1})
    found.last_name = "AUTRE"
    found.save()

    assert Student.objects.get().last_name == "AUTRE"


def test_a_model_whose_values_are_converted_is_refused() -> None:
    with pytest.raises(TypeError, match="findings"):
        rows_where(ImportLine, "true", [])


def test_a_row_comes_with_what_else_is_asked() -> None:
    factories.student(7, last_name="NOM")
    query = "SELECT {columns}, siecle_id + %s, ARRAY[1, 2] FROM schools_student"

    ((student, more),) = rows_and_more(Student, query, [1])

    assert (student, *more) == (Student.objects.get(), 8, [1, 2])
    assert not student.get_deferred_fields()


def test_a_text_is_planned_once_whatever_its_values() -> None:
    pupils = [factories.student(number) for number in (1, 2, 3)]
    condition = "siecle_id = %s AND 'planned once' <> ''"

    found = [rows_where(Student, condition, [pupil.siecle_id]) for pupil in pupils]

    assert found == [[pupil] for pupil in pupils]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE '%planned once%' AND statement NOT LIKE '%pg_prepared%'"
        )
        assert cursor.fetchall() == [(3,)]


def test_the_cursors_of_everybody_else_stay_as_they_were() -> None:
    with prepared() as cursor:
        cursor.execute("SELECT %s::int", [1])
        with connection.cursor() as other:
            other.execute("SELECT %s, %s", ["a", None])
            assert other.fetchall() == [("a", None)]
        assert cursor.fetchall() == [(1,)]
