"""The page of the board of statutory duties, as the office published it last."""

from scrutiny.publication.site.documents import document_page


def duties_page(record, edition):
    """What the law asks of the office, and whether it is met; as on a day."""
    return document_page(
        record,
        edition,
        template="duties",
        lede="What the law asks the office to publish and to do, and whether it is done. Each line is computed from this "
        "public record; where no record can tell, the office looks and says until when that counts.",
        status="",  # the day stands in the body
        csv="/duties.csv",
    )
