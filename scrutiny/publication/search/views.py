"""The two search pages."""

from django.core.paginator import Paginator
from django.shortcuts import render

from opcc_portal.accounts.permissions import allow
from scrutiny.publication.answering import Answer, public
from scrutiny.publication.record import Record
from scrutiny.publication.search import index, limits, staff
from scrutiny.publication.search.public import Asked, Results
from scrutiny.publication.search.question import LONGEST, understand
from scrutiny.publication.site.framing import render as public_page


@public(query=("q", "kind", "year", "person", "priority", "page"))
def public_search(request):
    """Search of the public record."""
    if request.GET.get("q") and limits.is_too_often(request):
        html = public_page("search_too_often", Record(), path="search", title="Too many searches at once")
        return Answer(html, status=429, headers={"Retry-After": str(limits.SECONDS), "Cache-Control": "no-store"})
    results = Results(Asked.from_query(request.GET))
    title = "Search" if results.question.is_empty else results.in_words
    return Answer(public_page("search", Record(), path="search", title=title, results=results))


@allow("desk.view")
def search(request):
    """Search of everything on the desk that this person may see."""
    typed = request.GET.get("q", "")
    question = understand(typed)
    number = request.GET.get("page", "1")
    found = index.Found([], 0, 1)
    if not question.is_empty:
        staff.catch_up()
        page = int(number) if number.isdecimal() and len(number) < 6 else 1
        found = index.find(staff.visible_to(request.user), question, page=page)
    pages = Paginator(range(found.count), index.PAGE).get_page(found.page)
    context = {"typed": typed, "question": question, "found": found, "page": pages, "longest": LONGEST}
    return render(request, "scrutiny/publication/search.html", context)
