from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lsl_registry", "0002_deposit_tokens")]

    operations = [
        migrations.AddField(
            model_name="record",
            name="archived_at",
            field=models.DateField(blank=True, null=True, verbose_name="archivé le"),
        ),
    ]
