"""Funds get a code and an address; those that exist get them from their names."""

from django.db import migrations, models
from django.utils.text import slugify


def name_funds(apps, schema_editor):
    """SCF and safer-communities-fund for the Safer Communities Fund; numbered where two would be the same."""
    fund = apps.get_model("funding", "Fund")
    codes, slugs = set(), set()
    for each in fund.objects.order_by("pk"):
        code = "".join(word[0] for word in each.name.split() if word[0].isalnum()).upper()[:8] or "F"
        slug = slugify(each.name)[:110] or "fund"
        if code in codes:
            code = f"{code}{each.pk}"
        if slug in slugs:
            slug = f"{slug}-{each.pk}"
        codes.add(code)
        slugs.add(slug)
        fund.objects.filter(pk=each.pk).update(code=code, slug=slug)


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial")]

    operations = [
        migrations.AddField("fund", "code", models.CharField(max_length=12, null=True)),
        migrations.AddField("fund", "slug", models.SlugField(max_length=120, null=True)),
        migrations.RunPython(name_funds, migrations.RunPython.noop, elidable=False),
    ]
