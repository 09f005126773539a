from django.db import migrations

CLEAR = """
UPDATE accounts_user AS person
   SET needs_long_password = false
 WHERE needs_long_password
   AND NOT EXISTS (
     SELECT FROM schools_membership AS held
      WHERE held.user_id = person.id AND held.role = 'administrateur'
        AND coalesce(held."end", current_date) >= current_date
   )
"""


class Migration(migrations.Migration):
    """Every door asks the long password of who needs one: who administers no school any more does
    not, whenever their role ended."""

    dependencies = [
        ("accounts", "0007_identifier_that_fits"),
        ("schools", "0007_substitutions_end_with_their_year"),
    ]

    operations = [migrations.RunSQL(CLEAR, migrations.RunSQL.noop)]
