from datetime import date

from django.db import migrations, models
from django.db.models import Max, Q


def tell_the_year(apps, schema_editor):
    """A record sent was sent for the last year with a livret begun that day; one in archive was put
    there after the summer that ended its year."""
    record = apps.get_model("lsl_registry", "Record")
    enrolment = apps.get_model("schools", "Enrolment")
    closed = ~Q(state__in=("saisie", "vise")) | Q(archived_at__isnull=False)
    for one in record.objects.filter(closed).defer("content"):
        if one.archived_at:
            one.closed_year = one.archived_at.year - (1 if one.archived_at.month > 7 else 2)
        else:
            begun = _school_year(one.state_at.date() if one.state_at else date.today())
            stays = enrolment.objects.filter(student=one.student_id, school_year__year__lte=begun)
            last = stays.exclude(level="").aggregate(last=Max("school_year__year"))["last"]
            one.closed_year = last or begun
        one.save(update_fields=["closed_year"])


def _school_year(day):
    return day.year if day.month > 8 else day.year - 1


class Migration(migrations.Migration):
    dependencies = [("lsl_registry", "0005_deposit_keys")]

    operations = [
        migrations.AddField(
            model_name="record",
            name="closed_year",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="clos pour l’année"
            ),
        ),
        migrations.RunPython(tell_the_year, migrations.RunPython.noop),
    ]
