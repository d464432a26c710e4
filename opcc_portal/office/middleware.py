"""One look at the office's identities is enough for one request."""

from opcc_portal.office.models import identities_remembered


class RememberIdentitiesMiddleware:
    """Loads the identities of the office at most once for each request, however many parts of a page ask."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with identities_remembered():
            return self.get_response(request)
