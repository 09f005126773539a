from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lsl_registry", "0004_archived_imports")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="key",
            field=models.CharField(
                blank=True, max_length=64, null=True, verbose_name="clé du dépôt"
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.UniqueConstraint(
                fields=("author_id", "key"), name="registry_deposit_key"
            ),
        ),
    ]
