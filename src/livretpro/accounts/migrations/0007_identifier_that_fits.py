"""Identifiers that the journal holds whole."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MAX, BASE_MAX = 64, 58


def shorten(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001 (Django's signature)
    """Cut the identifiers too long, which could open no session; homonyms get a number."""
    users = apps.get_model("accounts", "User").objects
    taken = set(users.values_list("identifier", flat=True))
    for user in users.filter(identifier__regex=f".{{{MAX + 1}}}").order_by("pk"):
        base = user.identifier[:BASE_MAX].rstrip(".-")
        names = (base, *(f"{base}{n}" for n in range(2, len(taken) + 3)))
        user.identifier = next(name for name in names if name not in taken)
        taken.add(user.identifier)
        user.save(update_fields=["identifier"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_beyond_schools")]

    operations = [
        migrations.RunPython(shorten, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="identifier",
            field=models.CharField(max_length=MAX, unique=True, verbose_name="identifiant"),
        ),
    ]
