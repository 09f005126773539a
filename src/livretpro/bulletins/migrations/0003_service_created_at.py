import django.utils.timezone
from django.db import migrations, models

NAME = "créé le"


class Migration(migrations.Migration):
    """Services that stand were there in every period closed so far: they get no instant."""

    dependencies = [("bulletins", "0002_removed_values")]

    operations = [
        migrations.AddField(
            "service", "created_at", models.DateTimeField(NAME, editable=False, null=True)
        ),
        migrations.AlterField(
            "service",
            "created_at",
            models.DateTimeField(
                NAME, default=django.utils.timezone.now, editable=False, null=True
            ),
        ),
    ]
