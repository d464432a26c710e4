from django.db import migrations

from scrutiny.indicators import append_only


class Migration(migrations.Migration):
    """From here on the database refuses to change or delete a revision of a figure."""

    dependencies = [("scrutiny", "0008_indicators")]

    operations = [migrations.RunPython(append_only.install, append_only.remove)]
