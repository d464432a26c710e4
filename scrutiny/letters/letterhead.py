"""The letterhead: who the office was on the day of a letter, as data that a sent letter keeps."""

from opcc_portal.files.models import Upload
from opcc_portal.office.models import Office


def letterhead_on(day):
    """What letters of that day have printed at their head. Every value is text."""
    office = Office.on(day)
    if office is None:
        return {"display_name": "", "area_name": "", "legal_name": "", "lines": [], "logo_sha256": ""}
    web = office.web.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return {
        "display_name": office.display_name,
        "area_name": office.area_name,
        "legal_name": office.legal_name,
        "lines": [line.strip() for line in (*office.address.splitlines(), office.phone, web) if line.strip()],
        "logo_sha256": office.logo.sha256 if office.logo else "",
    }


def logo_of(letterhead):
    """Its logo as an Upload; None without one."""
    sha256 = letterhead["logo_sha256"]
    return Upload.objects.filter(sha256=sha256).order_by("uploaded_at", "pk").first() if sha256 else None
