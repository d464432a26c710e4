"""/verify/: is this what was published here?"""

from django.template.loader import render_to_string

from scrutiny.publication.answering import Answer, public
from scrutiny.publication.search import limits
from scrutiny.publication.site import frame
from scrutiny.publication.verifying import LARGEST, OnlyHash, as_hash, look_up

OFTEN = 30
NO_STORE = {"Cache-Control": "no-store"}
NO_HASH = "This is not a hash: one has 64 characters, the numbers 0 to 9 and the letters a to f."
NO_FILE = "Choose the file that you want to check."
TOO_LARGE = "This file is larger than anything that is published here (60 MB)."
TOO_OFTEN = "You have checked many documents within a minute. Wait a minute, then try again."


# A file is sent without a token against forged requests: whoever made somebody's browser send one would learn nothing,
# since the answer is the same for everybody, and nothing is kept.
@public(query=("hash",), stamped=False, methods=("GET", "HEAD", "POST"))
def verify(request):
    """The form, and what is known of a hash or of a file. Nothing of what is asked is kept, here or on the way."""
    asks = request.method == "POST" or "hash" in request.GET
    if asks and limits.is_too_often(request, "verify", OFTEN):
        return _page(error=TOO_OFTEN, status=429, headers={"Retry-After": str(limits.SECONDS)})
    if request.method == "POST":
        return _of_file(request)
    if "hash" not in request.GET:
        return _page()
    typed = request.GET["hash"][:200]
    sha256 = as_hash(typed)
    return _page(verdict=look_up(sha256), typed=typed) if sha256 else _page(error=NO_HASH, field="hash", typed=typed)


def _of_file(request):
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdecimal() and int(announced) > LARGEST + 64 * 1024:
        return _page(error=TOO_LARGE, field="file", status=413)
    request.upload_handlers = [OnlyHash(request)]
    file = request.FILES.get("file")
    if getattr(request, "too_large", False):
        return _page(error=TOO_LARGE, field="file", status=413)
    if file is None or not file.size:
        return _page(error=NO_FILE, field="file")
    return _page(verdict=look_up(file.sha256), is_file=True)


def _page(*, status=200, headers=(), verdict=None, **context):
    html = render_to_string(
        "public/verify.html",
        frame(
            "/verify/",
            title="Check a document",
            description="Is a document that you have the one that was published here?",
            verdict=verdict,
            **{"error": "", "field": "", "typed": "", "is_file": False, **context},
        ),
    )
    return Answer(html, status=status, headers={**NO_STORE, **dict(headers)})
