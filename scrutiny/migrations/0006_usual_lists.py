"""The usual legal bases and the seven classes of the model publication scheme. What an office has already stays as it is.

Sources: Freedom of Information Act 2000, Part II and section 2(3), which names the absolute exemptions; Local Government
Act 1972, Schedule 12A, Part 1, with the public-interest test of its paragraph 10; the Information Commissioner's model
publication scheme (Freedom of Information Act 2000, section 19). Titles and descriptions are in our own words.
"""

from django.db import migrations

FREEDOM_OF_INFORMATION = "Freedom of Information Act 2000"
LOCAL_GOVERNMENT = "Local Government Act 1972, Schedule 12A"

# scheme, paragraph, what it is about, whether it needs a public-interest test
BASES = [
    (FREEDOM_OF_INFORMATION, "section 21", "available to the public by other means", False),
    (FREEDOM_OF_INFORMATION, "section 22", "to be published later", True),
    (FREEDOM_OF_INFORMATION, "section 23", "supplied by or about bodies that deal with security matters", False),
    (FREEDOM_OF_INFORMATION, "section 24", "national security", True),
    (FREEDOM_OF_INFORMATION, "section 30", "investigations and proceedings", True),
    (FREEDOM_OF_INFORMATION, "section 31", "law enforcement", True),
    (
        FREEDOM_OF_INFORMATION,
        "section 36",
        "effective conduct of public affairs; a qualified person must have said so",
        True,
    ),
    (FREEDOM_OF_INFORMATION, "section 38", "health and safety", True),
    (FREEDOM_OF_INFORMATION, "section 40", "personal data", False),
    (FREEDOM_OF_INFORMATION, "section 41", "given in confidence", False),
    (FREEDOM_OF_INFORMATION, "section 42", "legal professional privilege", True),
    (FREEDOM_OF_INFORMATION, "section 43", "trade secrets and commercial interests", True),
    (LOCAL_GOVERNMENT, "paragraph 1", "about an individual", True),
    (LOCAL_GOVERNMENT, "paragraph 2", "likely to reveal who an individual is", True),
    (LOCAL_GOVERNMENT, "paragraph 3", "financial or business affairs of a person", True),
    (LOCAL_GOVERNMENT, "paragraph 4", "consultations or negotiations about labour relations", True),
    (LOCAL_GOVERNMENT, "paragraph 5", "legal professional privilege", True),
    (LOCAL_GOVERNMENT, "paragraph 6", "notices, orders or directions that an authority proposes", True),
    (LOCAL_GOVERNMENT, "paragraph 7", "preventing, investigating or prosecuting crime", True),
]

# slug, name, what the public finds there
CLASSES = [
    (
        "who-we-are",
        "Who we are and what we do",
        "How the office is organised, who holds which post, where and how to reach us, and whom we work with.",
    ),
    (
        "what-we-spend",
        "What we spend and how we spend it",
        "Budgets, accounts, grants, contracts, expenses and pay: what comes in, what goes out, and to whom.",
    ),
    (
        "our-priorities",
        "What our priorities are and how we are doing",
        "The police and crime plan, annual reports, performance, inspections and our answers to them.",
    ),
    (
        "how-we-make-decisions",
        "How we make decisions",
        "Meetings with their agendas, papers and minutes, the decisions that were taken, and consultations.",
    ),
    (
        "our-policies",
        "Our policies and procedures",
        "The rules we work by: governance, conduct, complaints, information, equality and records.",
    ),
    (
        "lists-and-registers",
        "Lists and registers",
        "Registers that the law asks for and others that we keep, such as interests, gifts and hospitality.",
    ),
    (
        "services",
        "The services we offer",
        "What we do for victims and the public, custody visiting, and the leaflets and guidance that go with it.",
    ),
]


def add(apps, editor):
    bases = apps.get_model("scrutiny", "LegalBasis").objects.using(editor.connection.alias)
    for scheme, paragraph, title, needs_public_interest in BASES:
        found = {"title": title, "needs_public_interest": needs_public_interest}
        bases.get_or_create(scheme=scheme, paragraph=paragraph, defaults=found)
    classes = apps.get_model("scrutiny", "PublicationClass").objects.using(editor.connection.alias)
    for position, (slug, name, description) in enumerate(CLASSES, 1):
        if classes.filter(slug=slug).exists() or classes.filter(name=name).exists():
            continue
        classes.create(slug=slug, name=name, description=description, position=position)


class Migration(migrations.Migration):
    dependencies = [("scrutiny", "0005_search")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
