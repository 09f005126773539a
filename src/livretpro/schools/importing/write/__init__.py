"""Writing a plan: bulk writes only, inside the caller's transaction."""

from livretpro.journal.actions import Change
from livretpro.schools.importing.comparison import Plan
from livretpro.schools.importing.write.pupils import write_pupils
from livretpro.schools.importing.write.staff import write_services, write_staff
from livretpro.schools.importing.write.structure import (
    end_substitutions,
    write_divisions,
    write_groups,
    write_mefs,
    write_year,
)
from livretpro.schools.models import School


def write(plan: Plan, school: School) -> list[Change]:
    """Write everything the plan says; the number of queries does not depend on that of pupils.

    Gives what ends with the year that is closed and that no file says.
    """
    year = write_year(plan, school)
    write_mefs(plan.mefs, school)
    divisions = write_divisions(plan, year)
    groups = write_groups(plan, year, divisions)
    write_pupils(plan.pupils, school, year, divisions=divisions, groups=groups)
    people = write_staff(plan, school, divisions)
    write_services(plan.services, year, people=people, divisions=divisions, groups=groups)
    return end_substitutions(school, plan.year.former)


__all__ = ["write"]
