"""PDFs of documents: laid out once for each content, in the background, and kept by the hash of what went in."""

import hashlib
from functools import cache
from importlib.metadata import version

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from opcc_portal import pdf
from opcc_portal.files.keeping import keep
from opcc_portal.files.models import Upload
from opcc_portal.jobs import operations as jobs

# Under this name a paper's HTML refers to the office's logo.
LOGO = "opcc:logo"

# How long a request waits for the worker before it shows the progress page instead.
PATIENCE = 8.0


def respond(request, *, html, file_name, title, logo=None, pictures=None):
    """Answer with the PDF of this HTML, or with the page of the job that is making it.

    The file is sent to be kept; with `?preview` in the address the browser shows it. `logo` is the Upload that the HTML
    calls `LOGO`, or None; `pictures` maps further names, which change with what they show, to their Uploads. The caller
    has checked that the person may read the paper.
    """
    name = kept_as(html, logo)
    if not default_storage.exists(name):
        job = _ask_for(request, name, html, title, logo, pictures or {})
        if job.state != job.State.DONE or not default_storage.exists(name):
            return redirect(job)
    response = FileResponse(default_storage.open(name), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header("preview" not in request.GET, file_name)
    response["Cache-Control"] = "no-store"
    return response


def kept_as(html, logo=None):
    """The name in storage: a hash over everything that decides how the paper looks."""
    digest = hashlib.sha256(html.encode())
    digest.update((logo.sha256 if logo else "").encode())
    digest.update(_look().encode())
    return f"papers/{digest.hexdigest()}.pdf"


@cache
def _look():
    """What else decides how a paper looks: the style sheets, and the library that lays it out."""
    digest = hashlib.sha256(version("weasyprint").encode())
    for sheet in sorted((settings.BASE_DIR / "static" / "pdf").iterdir()):
        digest.update(sheet.read_bytes())
    return digest.hexdigest()


def _ask_for(request, name, html, title, logo, pictures):
    source = name.replace(".pdf", ".html")
    if not default_storage.exists(source):
        default_storage.save(source, ContentFile(html.encode()))
    job = jobs.start(
        "lay_out_paper",
        key=name,
        by=request.user,
        title=f"Laying out “{title}”",
        again=True,  # asked for only where the file is not there
        payload={
            "name": name,
            "source": source,
            "title": title,
            "logo": str(logo.pk) if logo else "",
            "pictures": {each: str(upload.pk) for each, upload in pictures.items()},
            "url": request.get_full_path(),
        },
    )
    return jobs.wait(job, seconds=PATIENCE)


@jobs.job("lay_out_paper", title="Laying out a paper")
def lay_out(job, payload, progress):
    """Lay out one paper in the limited child process and keep it. Raises JobFailed with a message for people."""
    progress(0, 1, f"Laying out “{payload['title']}”")
    if not default_storage.exists(payload["name"]):
        with default_storage.open(payload["source"]) as file:
            html = file.read().decode()
        logo = Upload.objects.get(pk=payload["logo"]) if payload["logo"] else None
        pictures = {each: Upload.objects.get(pk=pk) for each, pk in payload.get("pictures", {}).items()}
        try:
            keep(payload["name"], _made(html, logo, pictures))
        except pdf.RenderFailed as failure:
            raise jobs.JobFailed(str(failure)) from failure
        default_storage.delete(payload["source"])
    progress(1, 1, "Ready")
    return {"url": payload["url"]}


def laid_out(html, logo=None):
    """The name of this paper in storage; laid out now where nobody has asked for it before. Raises RenderFailed.

    Takes as long as the paper does: for work in the background.
    """
    name = kept_as(html, logo)
    if not default_storage.exists(name):
        keep(name, _made(html, logo))
    return name


def _made(html, logo, pictures=()):
    files = {}
    for name, upload in (dict(pictures) | ({LOGO: logo} if logo else {})).items():
        with upload.file.open() as file:
            files[name] = file.read()
    return pdf.render(html, files=files)
