from django.db import migrations

END = """
UPDATE schools_substitution AS line
   SET "end" = closed.day
  FROM (
    SELECT held.id, min(year."end") AS day
      FROM schools_substitution AS held
      JOIN schools_staff AS staff ON staff.id = held.absent_id
      JOIN schools_school AS school ON school.id = staff.school_id
      JOIN schools_schoolyear AS year ON year.school_id = school.id
       AND year.year < school.current_year AND year."end" >= held.start
     WHERE held."end" IS NULL
     GROUP BY held.id
  ) AS closed
 WHERE closed.id = line.id
"""


class Migration(migrations.Migration):
    """A substitution without last day ended with no year: those of a closed year end with it."""

    dependencies = [
        ("schools", "0006_former_account"),
    ]

    operations = [migrations.RunSQL(END, migrations.RunSQL.noop)]
