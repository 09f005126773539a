"""Accounts that open more than schools."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_long_password")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="beyond_schools",
            field=models.BooleanField(default=False, verbose_name="au-delà des établissements"),
        ),
    ]
