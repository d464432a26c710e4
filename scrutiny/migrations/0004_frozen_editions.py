from django.db import migrations

from scrutiny.workflow import frozen


class Migration(migrations.Migration):
    """From here on the database refuses to change or delete what is published."""

    dependencies = [("scrutiny", "0003_publication")]

    operations = [migrations.RunPython(frozen.install, frozen.remove)]
