"""What everything stands on: the database's settings, the watch address, the policy of every page."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.urls import reverse

from opcc_portal import views
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_database_survives_parallel_writers_and_a_power_cut():
    if connection.vendor != "sqlite":
        assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"]
        return
    with connection.cursor() as cursor:
        values = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout"):
            values[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
    # synchronous 2 is FULL; the timeout is in milliseconds
    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 60_000,
    }
    assert connection.transaction_mode == "IMMEDIATE"


def test_requests_are_not_wrapped_in_a_transaction():
    assert settings.DATABASES["default"]["ATOMIC_REQUESTS"] is False


def test_healthz_answers_when_the_database_does(client):
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_healthz_says_503_when_the_database_does_not_answer(client, monkeypatch):
    class Gone:
        def cursor(self):
            raise OperationalError("gone")

    monkeypatch.setattr(views, "connection", Gone())
    assert client.get(reverse("healthz")).status_code == 503


def test_the_policy_allows_no_inline_script_or_style_and_a_new_nonce_for_each_page(client):
    client.force_login(make_user())
    policies = [client.get(reverse("desk"))["Content-Security-Policy"] for _ in range(2)]
    nonces = [re.search(r"'nonce-([^']+)'", policy)[1] for policy in policies]
    assert nonces[0] != nonces[1]
    for policy in policies:
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy


def test_no_template_has_an_inline_style_or_event_handler():
    wrong = []
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for found in re.finditer(r"<[a-z][^>]*\s(style|on[a-z]+)=", text):
            wrong.append(f"{path.relative_to(settings.BASE_DIR)}: {found[0][:80]}")
        for found in re.finditer(r"<(script|style)\b(?![^>]*(\bnonce=|ld\+json))[^>]*>", text):
            wrong.append(f"{path.relative_to(settings.BASE_DIR)}: {found[0][:80]} without a nonce")
    assert not wrong, "\n".join(wrong)


def test_pages_of_signed_in_people_are_kept_in_no_cache(client):
    client.force_login(make_user())
    assert "no-store" in client.get(reverse("desk"))["Cache-Control"]


def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_an_unknown_address_says_so_in_plain_words(client):
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()
