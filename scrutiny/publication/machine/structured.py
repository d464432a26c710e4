"""What search engines and other readers of pages are told: the same as the page says, in the words of schema.org."""

import json

from scrutiny.publication.machine import LICENCE

# What would end a script element or begin another thing inside it (as Django's json_script does it).
ESCAPED = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})
TYPES = {
    "report": "Report",
    "minutes": "DigitalDocument",
    "decision": "DigitalDocument",
    "letter": "DigitalDocument",
    "page": "WebPage",
    "response": "Report",
}
MODES = (("hybrid", "Mixed"), ("online", "Online"), ("remote", "Online"), ("", "Offline"))


def of_page(address, *, title, description, edition, office_name, area_name, base=""):
    """The JSON-LD of a page, safe inside a script element. Addresses are relative to the page, those of news are whole."""
    publisher = {"@type": "GovernmentOrganization", "name": office_name, "url": "/"}
    if area_name:
        publisher["areaServed"] = area_name
    if address == "/":
        said = {**publisher, "subjectOf": {"@type": "DataCatalog", "url": "/data/", "license": LICENCE}}
    elif edition is None or edition.get_absolute_url() != address:
        said = {"@type": "WebPage", "name": title, "description": description, "url": address, "publisher": publisher}
        if edition is not None:
            said["isPartOf"] = {"@type": "WebPage", "name": edition.title, "url": edition.get_absolute_url()}
    elif edition.kind == "meeting":
        said = _meeting(edition, publisher)
    elif edition.kind == "indicator":
        said = _dataset(edition, publisher)
    elif edition.kind == "news":
        said = _article(edition, publisher, base)
    else:
        said = _document(edition, publisher)
    return json.dumps({"@context": "https://schema.org", **said}, ensure_ascii=False).translate(ESCAPED)


def _meeting(edition, organiser):
    said = edition.content["meeting"]
    status, mode = str(said.get("status", "")).lower(), str(said.get("mode", "")).lower()
    state = next(
        (name for part, name in (("cancel", "Cancelled"), ("postpone", "Postponed")) if part in status), "Scheduled"
    )
    told = {
        "@type": "Event",
        "name": edition.title,
        "url": edition.get_absolute_url(),
        "startDate": _moment(edition, said.get("starts")),
        "eventStatus": f"https://schema.org/Event{state}",
        "eventAttendanceMode": f"https://schema.org/{next(name for part, name in MODES if part in mode)}EventAttendanceMode",
        "organizer": organiser,
    }
    if said.get("ends"):
        told["endDate"] = _moment(edition, said["ends"])
    if said.get("venue"):
        told["location"] = {"@type": "Place", "name": said["venue"], "address": said["venue"]}
    return told


def _moment(edition, clock):
    return f"{edition.date.isoformat()}T{clock}" if clock else edition.date.isoformat()


def _dataset(edition, publisher):
    """The figures of an indicator, in the words of https://schema.org/Dataset."""
    content, url = edition.content, edition.get_absolute_url()
    days = [row[2:4] for row in content["table"]["rows"] if row[2]]
    told = {
        **_document(edition, publisher),
        "@type": "Dataset",
        "spatialCoverage": [area["area"] for area in content["areas"]],
        "measurementTechnique": "; ".join(each["numerator"] for each in content["definitions"]),
        "distribution": [
            {"@type": "DataDownload", "contentUrl": f"{url[:-1]}.{ending}", "encodingFormat": media_type}
            for ending, media_type in (("csv", "text/csv"), ("json", "application/json"))
        ],
    }
    if days:
        told["temporalCoverage"] = f"{min(first for first, _ in days)}/{max(last for _, last in days)}"
    if source := content["areas"][0]["source"]["name"]:
        told["creditText"] = ". ".join(filter(None, (source, content["attribution"])))
    return told


def _article(edition, publisher, base):
    """A news release, in the words of https://schema.org/NewsArticle; `base` stands before its addresses."""
    content, url = edition.content, f"{base}{edition.get_absolute_url()}"
    told = {
        **_document(edition, publisher),
        "@type": "NewsArticle",
        "headline": edition.title,
        "url": url,
        "mainEntityOfPage": url,
        "dateModified": edition.published_at.isoformat(timespec="seconds"),
        "datePublished": edition.date.isoformat(),
        "author": publisher,
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
    }
    if content["pictures"]:
        told["image"] = [
            {
                "@type": "ImageObject",
                "url": f"{url}files/{each['sizes'][-1]['file']}",
                "width": each["sizes"][-1]["width"],
                "height": each["sizes"][-1]["height"],
                "caption": each["caption"] or each["alt"],
                **({"creditText": each["credit"]} if each["credit"] else {}),
                **({"copyrightNotice": each["copyright"]} if each["copyright"] else {}),
            }
            for each in content["pictures"]
        ]
    return told


def _document(edition, publisher):
    told = {
        "@type": TYPES.get(edition.kind, "CreativeWork"),
        "name": edition.title,
        "description": edition.summary,
        "url": edition.get_absolute_url(),
        "version": edition.version,
        "datePublished": edition.published_at.date().isoformat(),
        "license": LICENCE,
        "publisher": publisher,
    }
    if edition.pdf_name:
        told["encoding"] = {
            "@type": "MediaObject",
            "contentUrl": f"{edition.get_absolute_url()}{edition.pdf_name}",
            "encodingFormat": "application/pdf",
            "contentSize": str(edition.pdf_size),
            "sha256": edition.pdf_sha256,
        }
    return told
