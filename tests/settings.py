"""The portal's settings as the tests see them: everything they write goes to a folder that is gone at the end.

Nothing of the operator's environment reaches the tests except DATABASE_URL, which chooses the database.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _folder():
    """One folder for the whole run. The first process makes and removes it, its parallel workers share it."""
    if kept := os.environ.get("OPCC_TEST_FOLDER"):
        return Path(kept)
    folder = tempfile.mkdtemp(prefix="opcc-tests-")
    os.environ["OPCC_TEST_FOLDER"] = folder
    maker = os.getpid()
    atexit.register(lambda: os.getpid() == maker and shutil.rmtree(folder, ignore_errors=True))
    return Path(folder)


TEST_FOLDER = _folder()
for name in ("DEBUG", "HTTPS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "EMAIL_URL", "SIGN_IN_ATTEMPTS", "LOG_LEVEL"):
    os.environ.pop(name, None)
os.environ["OPCC_DATA_DIR"] = str(TEST_FOLDER / os.environ.get("PYTEST_XDIST_WORKER", "one"))
os.environ["SECRET_KEY"] = "only-for-the-tests-" + 48 * "k"

from opcc_portal.settings import *

# Hashed names and a manifest as in service, collected once for all workers; compressing them would only take time.
STATIC_ROOT = TEST_FOLDER / "static"
STATIC_ROOT.mkdir(exist_ok=True)
VERAPDF = False  # tests of what veraPDF says ask for it themselves; starting Java takes seconds
VERA_FOLDER = TEST_FOLDER / "vera"
STORAGES["staticfiles"] = {"BACKEND": "opcc_portal.static_files.Uncompressed"}

# A file rather than memory, so that the browser's server and threads have connections and locks as in service.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_FOLDER / "test.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
