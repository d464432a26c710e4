"""What all tests share: the database, static files, the browser, and a plain account of what was skipped."""

import json
import os
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import TransactionTestCase
from pytest_django.live_server_helper import LiveServer

from tests import database, needs
from tests.demo_office import OFFICE

BROWSER_FIXTURES = {"page", "context", "new_context", "browser"}
OFF_IN_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
OFF_HERE = (
    # Two more pages with every window, for suggestions under an address bar that nobody sees.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # A process at hand for the next site: there is none but ours.
    "SpareRendererForSitePerProcess",
)
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


# --- Collection ------------------------------------------------------------------------------------------------------


def pytest_configure(config):
    """Collect static files once, in the first process. A missing one fails its own test, not the whole run."""
    if not _is_first_process(config) or config.option.collectonly:
        return
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():  # a run that a test of another run started
        return
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
    except Exception as problem:
        os.environ["OPCC_TEST_STATIC_PROBLEM"] = f"{type(problem).__name__}: {problem}"


def pytest_collection_modifyitems(items):
    """A test that asks for a page is a browser test, one that asks for the database is marked `database`."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if BROWSER_FIXTURES & fixtures:
            item.add_marker(pytest.mark.browser)
        if DATABASE_FIXTURES & fixtures or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
        for mark in item.iter_markers("one_database"):
            if not (mark.args and mark.args[0].strip()):
                raise pytest.UsageError(f"{item.nodeid} runs on one database and does not say why that is enough")


# --- Skips and notes -------------------------------------------------------------------------------------------------


def _is_first_process(config):
    """Whether this is the process that reports, not one of its parallel workers."""
    return not hasattr(config, "workerinput")


def _reasons(reporter):
    """How often each reason for skipping occurred."""
    prefix = "Skipped: "
    return Counter(
        report.longrepr[2].removeprefix(prefix) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        for report in reporter.stats.get("skipped", ())
    )


def pytest_sessionfinish(session):
    """With CI=true a skip that is not permitted fails the run, however it came about."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not (needs.CI and _is_first_process(session.config)):
        return
    if any(not needs.is_permitted(reason) for reason in _reasons(reporter)):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, exitstatus):
    """Name every skip with its reason; `make test` also wants to see what its earlier steps found."""
    if not _is_first_process(terminalreporter.config):
        return
    database = "PostgreSQL" if "postgresql" in settings.DATABASES["default"]["ENGINE"] else "SQLite"
    counts = {key: len(reports) for key, reports in terminalreporter.stats.items() if key and key != "deselected"}
    counts = {key: counts[key] for key in ("passed", "failed", "error", "skipped") if key in counts}
    notes = [{"step": f"tests on {database}", "ok": int(exitstatus) == 0, "detail": counts}]
    notes += [{"skip": f"{reason} ({database}, {n}x)"} for reason, n in _reasons(terminalreporter).items()]

    earlier = []
    if kept := os.environ.get("OPCC_TEST_NOTES"):
        path = Path(kept)
        earlier = [json.loads(line) for line in path.read_text().splitlines()]
        with path.open("a") as file:  # the run on the other database may be writing as well
            file.write("".join(json.dumps(note) + "\n" for note in notes))

    everything = [*earlier, *notes]
    if earlier:
        terminalreporter.section("steps")
        for note in everything:
            if "step" in note:
                detail = ", ".join(f"{count} {key}" for key, count in note.get("detail", {}).items())
                terminalreporter.write_line(
                    f"{'ok    ' if note['ok'] else 'FAILED'}  {note['step']}  {detail}".rstrip()
                )
    if skips := [note["skip"] for note in everything if "skip" in note]:
        terminalreporter.section("skipped")
        for skip in skips:
            refused = needs.CI and not needs.is_permitted(skip)
            terminalreporter.write_line(f"{skip}{'  -- a failure, since CI=true' if refused else ''}")


# --- The database ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """Instead of pytest-django's, which migrates in every process and flushes after every test that commits."""

    def empty(case):
        database.empty()

    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(database.a_copy_for(os.environ.get("PYTEST_XDIST_WORKER", "one")))
        with mock.patch.object(TransactionTestCase, "_fixture_teardown", empty):
            yield
        with django_db_blocker.unblock():
            stack.close()


# --- The demonstration office ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sown(django_db_setup, django_db_blocker):
    """The demonstration office, sown once and kept beside the database."""
    with django_db_blocker.unblock():
        OFFICE.sow_once()


@pytest.fixture
def demo(sown, db):
    """The demonstration office in this test's database; a test in the browser starts with it as well."""
    OFFICE.bring_in()


# --- Browser ---------------------------------------------------------------------------------------------------------


class PortalServer(LiveServer):
    """pytest-django's server, with static files served by WhiteNoise from the manifest, as in service."""

    def __init__(self, address):
        super().__init__(address, start=False)
        # Django puts handlers for static and media files around the portal; the portal alone is what we want to see.
        self.thread.static_handler = lambda media_handler: media_handler.application
        self.start()


@pytest.fixture(scope="session")
def live_server():
    """The portal on a port of its own; every test that uses it starts with an empty database."""
    server = PortalServer("localhost")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def base_url(live_server):
    """So that page.goto("/desk/") finds the server."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The Chromium of the system, which reaches nothing but this machine."""
    # Playwright keeps an event loop in this thread, at which Django would refuse every query from here on.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-first-run",
        # Of several such lists Chromium heeds the last, so Playwright's stands here too.
        f"--disable-features={','.join([*OFF_IN_PLAYWRIGHT, *OFF_HERE])}",
        "--js-flags=--always-sparkplug",  # each page runs axe anew, and never long enough to be worth interpreting
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses its sandbox to root
    return {**browser_type_launch_args, "executable_path": needs.chromium(), "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """A desk in Leeds."""
    return {
        **browser_context_args,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture
def browser_problems():
    """What went wrong inside the browser; a test that provokes it takes it out of this list."""
    return []


@pytest.fixture
def context(new_context, base_url, browser_problems):
    """A fresh browser profile. The test fails on a script error, a breach of the CSP or a request to another host."""

    def message(console):
        if console.type == "error" and "Content Security Policy" in console.text:
            browser_problems.append(f"Content Security Policy: {console.text}")

    def request(asked):
        if not asked.url.startswith((base_url, "data:", "blob:", "about:")):
            browser_problems.append(f"request to another host: {asked.url}")

    context = new_context()
    context.set_default_timeout(15_000)
    context.on("console", message)
    context.on("request", request)
    context.on("weberror", lambda error: browser_problems.append(f"script error: {error.error}"))
    yield context
    assert not browser_problems, "\n".join(browser_problems)
