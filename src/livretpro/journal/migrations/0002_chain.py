from django.db import migrations, models

from livretpro.journal import chain
from livretpro.journal.keyring import journal_key


def seal_what_stands(apps, schema_editor):
    """Number and seal the entries written before there was a chain, school by school."""
    Entry = apps.get_model("journal", "Entry")
    EntryValues = apps.get_model("journal", "EntryValues")
    ChainHead = apps.get_model("journal", "ChainHead")
    schools = Entry.objects.order_by().values_list("school_uai", flat=True).distinct()
    for school_uai in sorted(schools):
        rank, mac = 0, ""
        for entry in Entry.objects.filter(school_uai=school_uai).order_by("pk").iterator():
            rank += 1
            values = EntryValues.objects.filter(entry=entry).first()
            if values:
                values.salt = chain.new_salt()
                values.save(update_fields=["salt"])
                entry.before_digest = chain.value_digest(values.salt, values.before)
                entry.after_digest = chain.value_digest(values.salt, values.after)
            entry.rank = rank
            told = [getattr(entry, name) for name in chain.Link.__dataclass_fields__]
            mac = entry.mac = chain.link_mac(journal_key(), mac, chain.Link(*told))
            entry.save(update_fields=["rank", "mac", "before_digest", "after_digest"])
        seal = chain.head_seal(journal_key(), school_uai, rank, mac)
        ChainHead.objects.create(school_uai=school_uai, count=rank, mac=mac, seal=seal)


class Migration(migrations.Migration):

    dependencies = [
        ("journal", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("school_uai", models.CharField(max_length=8, primary_key=True, serialize=False, verbose_name="établissement")),
                ("count", models.PositiveBigIntegerField(verbose_name="entrées")),
                ("mac", models.CharField(blank=True, max_length=64, verbose_name="sceau de la dernière")),
                ("seal", models.CharField(blank=True, max_length=64, verbose_name="sceau de la tête")),
            ],
            options={"verbose_name": "tête du journal", "verbose_name_plural": "têtes du journal"},
        ),
        migrations.AddField("entry", "rank", models.PositiveBigIntegerField("rang", default=0), preserve_default=False),
        migrations.AddField("entry", "mac", models.CharField("sceau", max_length=64, default=""), preserve_default=False),
        migrations.AddField("entry", "before_digest", models.CharField("empreinte d’avant", max_length=64, blank=True, default=""), preserve_default=False),
        migrations.AddField("entry", "after_digest", models.CharField("empreinte d’après", max_length=64, blank=True, default=""), preserve_default=False),
        migrations.AddField("entryvalues", "salt", models.CharField("sel", max_length=32, blank=True, default=""), preserve_default=False),
        migrations.AddField("entryvalues", "erased_by", models.PositiveBigIntegerField("effacées par l’entrée", null=True, blank=True)),
        migrations.AlterField("entry", "at", models.DateTimeField("quand")),
        migrations.RunPython(seal_what_stands, migrations.RunPython.noop, elidable=True),
    ]
