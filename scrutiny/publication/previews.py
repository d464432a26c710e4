"""What would be published, to look at before it is: finished pages and papers, made in the background and kept a while."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from opcc_portal import pdf
from opcc_portal.jobs import operations as jobs
from scrutiny.publication import making
from scrutiny.workflow import editions, kinds


def folder(bundle):
    """Where the previews of a record lie, those of its present state in a folder of their own."""
    return f"previews/{bundle.subject.replace(':', '-')}/{bundle.input_hash}"


def page_name(number):
    """The finished HTML of the page with this number, counted through all documents."""
    return f"page-{number}.html"


def paper_name(number):
    """The finished PDF of the document with this number."""
    return f"paper-{number}.pdf"


def kept(bundle, name):
    """The kept preview as an open file; None while it has not been made."""
    stored = f"{folder(bundle)}/{name}"
    return default_storage.open(stored) if default_storage.exists(stored) else None


def ask_for(bundle, *, url, by):
    """The job that makes every preview of the bundle; it leads to `url`."""
    return jobs.start(
        "make_preview",
        key=folder(bundle),
        by=by,
        payload={"kind": bundle.kind.name, "pk": bundle.record.pk, "url": url},
        again=True,  # asked for only where a preview is not there
    )


@jobs.job("make_preview", title="Making the preview")
def make(job, payload, progress):
    """Make and keep the previews of a record as it is now; those of an earlier state go."""
    kind = kinds.named(payload["kind"])
    bundle = making.bundle_of(kind, kind.load(payload["pk"]))
    try:
        made = making.make(bundle, after=editions.head(), by=job.by, progress=progress)
        _clear(bundle)
        pages = (html for each in made for _, html in each.pages)
        for number, html in enumerate(pages):
            _keep(bundle, page_name(number), html.encode())
        for number, each in enumerate(made):
            if each.pdf is not None:
                _keep(bundle, paper_name(number), each.pdf)
    except pdf.RenderFailed as failure:
        raise jobs.JobFailed(str(failure)) from failure
    except OSError as problem:
        raise jobs.JobFailed(making.NO_ROOM) from problem
    return {"url": payload["url"]}


def _keep(bundle, name, data):
    stored = f"{folder(bundle)}/{name}"
    if not default_storage.exists(stored):
        default_storage.save(stored, ContentFile(data))


def _clear(bundle):
    """Let go of what was made for earlier states of the same record."""
    above, _, now = folder(bundle).rpartition("/")
    if not default_storage.exists(above):
        return
    for state in default_storage.listdir(above)[0]:
        if state == now:
            continue
        for name in default_storage.listdir(f"{above}/{state}")[1]:
            default_storage.delete(f"{above}/{state}/{name}")
        default_storage.delete(f"{above}/{state}")
