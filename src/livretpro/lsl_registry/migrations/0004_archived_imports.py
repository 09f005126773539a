from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lsl_registry", "0003_archived_records")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="archived_at",
            field=models.DateField(blank=True, null=True, verbose_name="archivé le"),
        ),
    ]
