from django.db import migrations, models

FIRST_OWN_CODE = 8001


def give_codes(apps, schema_editor):
    """A competence reworded since its code was given gets another one: the first keeps its words."""
    OwnCode = apps.get_model("referentiels", "OwnCode")
    Competence = apps.get_model("referentiels", "Competence")
    held = set(OwnCode.objects.values_list("school_uai", "cfd", "label"))
    coded = set(OwnCode.objects.values_list("school_uai", "cfd", "competence"))
    last = OwnCode.objects.order_by("-code").values_list("code", flat=True).first()
    following = int(last) + 1 if last else FIRST_OWN_CODE
    rows = Competence.objects.exclude(referentiel__school_uai="").filter(expected=True)
    for uai, cfd, code, label in rows.order_by("pk").values_list(
        "referentiel__school_uai", "referentiel__cfd", "code", "label"
    ):
        key = (uai, cfd, f"{code} {label}"[:320])
        if key in held or (uai, cfd, code) not in coded:
            continue
        OwnCode.objects.create(
            school_uai=uai, cfd=cfd, competence=code, code=str(following), label=key[2]
        )
        held.add(key)
        following += 1


class Migration(migrations.Migration):
    """An own code is that of a wording, no longer that of a competence."""

    dependencies = [
        ("referentiels", "0003_nomenclature_of_a_school"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="owncode", name="own_code"),
        migrations.AddConstraint(
            model_name="owncode",
            constraint=models.UniqueConstraint(
                fields=("school_uai", "cfd", "label"), name="own_code_label"
            ),
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
    ]
