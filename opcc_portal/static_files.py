"""How static files are named in service."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Uncompressed(ManifestStaticFilesStorage):
    """Every file under a name with a hash of its content, the modules that scripts import included.

    Without that, a browser could put yesterday's module beside today's script after an upgrade.
    """

    support_js_module_import_aggregation = True


class NamedByContent(CompressedManifestStaticFilesStorage):
    """The same, each file compressed once beside itself."""

    support_js_module_import_aggregation = True
