"""The only door through which a PDF gets anything: names the application itself put there.

WeasyPrint asks its fetcher for every stylesheet, picture, font and attachment. This one answers from a table of
names ("opcc:rule.svg") and refuses everything else: no http, no file, no data, no redirect.
"""

from weasyprint.urls import URLFetcher, URLFetcherResponse

from opcc_portal.pdf.names import content_type


class NotOurs(ValueError):
    """Somebody asked for something the application did not provide."""


class ClosedFetcher(URLFetcher):
    def __init__(self, names):
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.names = names

    def fetch(self, url, headers=None):
        name = url.partition("#")[0]
        if name not in self.names:
            raise NotOurs(f"not provided by the application: {url[:200]}")
        return URLFetcherResponse(url, self.names[name], {"Content-Type": content_type(name)})
