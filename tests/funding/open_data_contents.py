"""Contents of awards for the tests of open data, built without a desk, and published as Editions."""

from tests.publication.editions import common, make_edition


def content_of(number=1, **fields):
    """The content of an award of £3,000 to a charity."""
    charity = f"{1_048_000 + number}"
    ordinary = {
        **common(f"Lights for the park {number}", "2026-02-03"),
        "priority": {"title": "Safer places", "slug": "safer-places"},
        "reference": f"SCF-2026-{number:04}",
        "fund": {
            "name": "Safer Communities Fund",
            "slug": "safer-communities-fund",
            "source": "Proceeds of crime",
            "legal_power": "Police Reform and Social Responsibility Act 2011, section 9",
        },
        "round": {"label": "Round 2", "slug": "round-2", "opens": "2025-11-01", "closes": "2025-12-01"},
        "recipient": {
            "name": f"Friends of the Park {number}",
            "kind": "charity",
            "id": f"GB-CHC-{charity}",
            "key": f"gb-chc-{charity}",
            "charity_number": charity,
            "company_number": "",
            "website": "https://friends.example/",
        },
        "withheld": None,
        "is_individual": False,
        "purpose": "Lamps along the path, so that people go home safely.",
        "reasons": "People are robbed where it is dark.",
        "conditions": "Spend it on lamps.",
        "amount": "3000.00",
        "applied_for": "3500.50",
        "paid": "1500.00",
        "awarded_on": "2026-02-03",
        "starts": "2026-03-01",
        "ends": "2026-12-31",
        "area": {"name": "Northmoor", "slug": "northmoor", "gss_code": "E08000035", "kind": "district"},
        "decision": {"reference": "2026/4", "url": "/decisions/2026-4/"},
        "award_status": "active",
        "award_status_words": "Under way",
        "history": [],
        "modified": "2026-02-04T10:00:00+00:00",
        "is_demonstration": False,
    }
    return {**ordinary, **fields}


def publish(content, **fields):
    """The Edition of an award's content, with its row in lists and files."""
    path = f"grants/{content['reference'].lower()}"
    return make_edition(kind="award", path=path, content=content, derived=True, **fields)
