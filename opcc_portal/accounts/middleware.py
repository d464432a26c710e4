"""What every page of a signed-in person needs."""

from django.utils.cache import add_never_cache_headers


class PrivatePagesMiddleware:
    """Keeps pages of signed-in people out of every cache, the browser's included."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "Cache-Control" not in response and request.user.is_authenticated:
            add_never_cache_headers(response)
        return response
