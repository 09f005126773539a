"""Rows of one table by a condition in SQL."""

import pytest

import factories
from livretpro.lsl_registry.models import ImportLine
from livretpro.rows import rows_where
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
