"""The one row of the catalogue, from the start."""

from django.db import migrations


def add_row(apps, schema_editor):
    apps.get_model("listings", "Catalogue").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("listings", "0001_initial")]
    operations = [migrations.RunPython(add_row, migrations.RunPython.noop)]
