from django.db import migrations, models
from django.utils.text import slugify


def name_them(apps, schema_editor):
    """Plans and indicators that were there before get an address from their title, with a number where it is taken."""
    for model in ("Plan", "Indicator"):
        taken = set()
        for record in apps.get_model("scrutiny", model).objects.order_by("pk"):
            wanted = slugify(record.title)[:100].strip("-") or model.lower()
            record.slug = wanted if wanted not in taken else f"{wanted}-{record.pk}"
            taken.add(record.slug)
            record.save(update_fields=["slug"])


class Migration(migrations.Migration):
    """Plans and indicators have public addresses."""

    dependencies = [("scrutiny", "0006_usual_lists")]

    operations = [
        # Without an index at first: PostgreSQL would make the one of a slug twice, here and when it becomes unique.
        migrations.AddField(
            "plan", "slug", models.SlugField(db_index=False, default="", max_length=120), preserve_default=False
        ),
        migrations.AddField(
            "indicator", "slug", models.SlugField(db_index=False, default="", max_length=120), preserve_default=False
        ),
        migrations.RunPython(name_them, migrations.RunPython.noop),
        migrations.AlterField("plan", "slug", models.SlugField(max_length=120, unique=True)),
        migrations.AlterField("indicator", "slug", models.SlugField(max_length=120, unique=True)),
    ]
