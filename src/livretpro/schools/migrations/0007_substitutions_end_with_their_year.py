from django.db import migrations

END = """
UPDATE schools_substitution AS line
   SET "end" = year."end"
  FROM schools_staff AS staff, schools_schoolyear AS year, schools_school AS school
 WHERE staff.id = line.absent_id
   AND school.id = staff.school_id
   AND year.school_id = school.id
   AND year.year < school.current_year
   AND line."end" IS NULL
   AND line.start BETWEEN year.start AND year."end"
"""


class Migration(migrations.Migration):
    """A substitution without last day ended with no year: those of a closed year end with it."""

    dependencies = [
        ("schools", "0006_former_account"),
    ]

    operations = [migrations.RunSQL(END, migrations.RunSQL.noop)]
