"""The public application form in a browser: without script, narrow, and for everybody."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.browser import assert_accessible, assert_no_sideways_scroll, bring_axe
from tests.factories import make_area, make_office, make_priority, make_round
from tests.files import samples
from tests.funding.applicant import EMAIL, everything, last_link, only

pytestmark = pytest.mark.one_database("which pages follow each other and how they look is the same on both")


@pytest.fixture
def round_(transactional_db):
    cache.clear()
    make_office()
    force = make_area(name="West Yorkshire", kind="force")
    make_area(name="Leeds", kind="district", parent=force)
    made = make_round(guidance="Small projects.", declaration="We keep to the law.\nAll of this is true.")
    made.priorities.add(make_priority(title="Safer parks"))
    return made


def test_an_application_is_filled_in_on_a_narrow_screen_by_pages_that_have_no_script(page, live_server, round_):
    page.set_viewport_size({"width": 320, "height": 700})
    bring_axe(page)

    def look():
        assert page.locator("script").count() == 0
        assert_no_sideways_scroll(page)
        assert_accessible(page)

    def press(words):
        page.get_by_role("button", name=words).click()

    page.goto(reverse("apply"))
    look()
    page.get_by_role("link", name=round_.label).click()
    look()
    page.get_by_label("Your e-mail address").fill(EMAIL)
    press("Mail me the link")
    page.goto(last_link())
    look()
    page.get_by_label("Your e-mail address").fill(EMAIL)
    press("Open it")

    press("Save and continue")
    assert page.get_by_role("alert").get_by_role("link").count() == 4
    look()
    for name, words in everything(round_).items():
        assert page.url.endswith(f"/{name}/")
        _type(page, words)
        press("Save and continue")
    look()
    page.get_by_label("What is it?").select_option("budget")
    file = {"name": "budget.pdf", "mimeType": "application/pdf", "buffer": samples.pdf()}
    page.locator("[name=file]").set_input_files(file)
    press("Add it")
    look()
    press("Save and continue")
    look()
    page.get_by_label("I declare this").check()
    page.get_by_label("Your name").fill("Ann Other")
    press("Send the application")
    assert page.get_by_text(only().reference).is_visible()
    look()
    page.go_back()
    page.reload()
    assert page.url.endswith(reverse("apply-sent"))


def _type(page, words):
    for name, value in words.items():
        if name == "applicant_kind":
            page.get_by_label("Unregistered community group").check()
        else:
            page.locator(f"[name={name}]").fill(value)
    for priority in page.get_by_label("Safer parks").all():
        priority.check()
    for area in page.locator("select[name=area]").all():
        area.select_option(label="Leeds")
