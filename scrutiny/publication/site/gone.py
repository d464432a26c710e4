"""What answers where nothing stands: never anything, or not any more."""

from scrutiny.publication.site.framing import render


def missing_page(record):
    """Nothing was ever published at this address."""
    return render(
        "missing", record, path="", title="Page not found", description="Nothing is published at this address."
    )


def withdrawn_page(record, withdrawal):
    """Something stood here and was taken back: when and why, and nothing of what it said."""
    return render(
        "withdrawn",
        record,
        path=withdrawal.path,
        title="Withdrawn",
        description="What was published at this address has been withdrawn.",
        withdrawal=withdrawal,
    )
