"""Whether a password is long: of those chosen before, only where a role asked for it."""

from typing import Any

from django.db import migrations, models


def doubt(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 (Django's signature)
    """A shorter password was allowed: nobody knows."""
    apps.get_model("accounts", "User").objects.filter(needs_long_password=False).update(
        has_long_password=False
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_provider_link")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="has_long_password",
            field=models.BooleanField(default=True, verbose_name="mot de passe long"),
        ),
        migrations.RunPython(doubt, migrations.RunPython.noop),
    ]
