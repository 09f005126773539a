from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from the sealing: PostgreSQL refuses to alter a table whose rows just changed."""

    dependencies = [
        ("journal", "0002_chain"),
    ]

    operations = [
        migrations.AddConstraint(
            "entry",
            models.UniqueConstraint(fields=["school_uai", "rank"], name="journal_rank"),
        ),
        migrations.AddConstraint(
            "entryvalues",
            models.CheckConstraint(
                condition=models.Q(erased_by__isnull=True) | models.Q(salt="", before="", after=""),
                name="journal_erased_is_empty",
            ),
        ),
    ]
