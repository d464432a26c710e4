"""The look in a real browser: readable, reachable, on a phone and without script."""

import pytest

from tests.browser import assert_accessible, assert_no_sideways_scroll, sign_in

pytestmark = [pytest.mark.urls("tests.look.urls"), pytest.mark.django_db(transaction=True)]

LOOK = "/desk/look/"


def small_targets(page, least):
    """Controls and links of their own that are smaller than so many pixels; links inside sentences may be."""
    return page.evaluate(
        """(least) => {
            const alone = "button, summary, select, textarea, input:not([type=hidden]), nav a, a.button, .link-row a";
            return [...document.querySelectorAll(alone)]
                .filter((element) => element.checkVisibility({ opacityProperty: false }))
                .map((element) => {
                    const label = /radio|checkbox/.test(element.type) && element.labels[0];
                    const boxes = [element, label || element].map((each) => each.getBoundingClientRect());
                    const width = Math.max(...boxes.map((b) => b.right)) - Math.min(...boxes.map((b) => b.left));
                    const height = Math.max(...boxes.map((b) => b.bottom)) - Math.min(...boxes.map((b) => b.top));
                    return [width, height, element.outerHTML];
                })
                .filter(([width, height]) => width < least || height < least)
                .map(([width, height, html]) => `${Math.round(width)} x ${Math.round(height)}: ${html.slice(0, 120)}`);
        }""",
        least,
    )


@pytest.fixture
def phone(browser, browser_context_args):
    """Opens a page as a phone shows it; say has_touch=True, java_script_enabled=False and so on."""
    opened = []

    def open_page(**how):
        opened.append(browser.new_context(**{**browser_context_args, "viewport": {"width": 390, "height": 800}, **how}))
        return opened[-1].new_page()

    yield open_page
    for context in opened:
        context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_every_component_is_accessible_in_light_and_dark(page, width):
    sign_in(page, "officer")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(LOOK)
    assert_accessible(page)


def test_every_component_is_accessible_in_high_contrast(page):
    page.goto(LOOK)
    page.get_by_role("button", name="High contrast").click()
    assert page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert_accessible(page, dark=False)


def test_nothing_sticks_out_on_a_narrow_screen(page):
    sign_in(page, "officer")
    page.goto(LOOK)
    for width in (320, 390, 640, 768, 1024):
        assert_no_sideways_scroll(page, width)


def test_no_text_is_smaller_than_fifteen_pixels(page):
    page.goto(LOOK)
    small = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
            .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 15)
            .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_controls_can_be_hit_with_a_pointer(page):
    sign_in(page, "officer")
    page.goto(LOOK)
    assert "\n".join(small_targets(page, 24)) == ""


def test_controls_can_be_hit_with_a_finger(phone):
    page = phone(has_touch=True, is_mobile=True)
    sign_in(page, "officer")
    page.goto(LOOK)
    page.locator(".menu > summary").click()
    assert "\n".join(small_targets(page, 44)) == ""


def test_the_menu_of_a_phone_opens_without_script(phone):
    page = phone(java_script_enabled=False)
    sign_in(page, "officer")
    page.goto(LOOK)
    menu = page.get_by_role("navigation", name="Main")
    assert menu.count() == 0
    page.get_by_text("Menu", exact=True).click()
    assert menu.get_by_role("link", name="Meetings").is_visible()
    assert page.get_by_role("button", name="Sign out").is_visible()
    assert not page.get_by_role("button", name="High contrast").is_visible()


def test_on_a_desk_the_navigation_stands_in_the_bar(page):
    sign_in(page, "officer")
    page.goto(LOOK)
    assert page.get_by_role("navigation", name="Main").get_by_role("link", name="Home").is_visible()
    assert page.get_by_text("Menu", exact=True).is_hidden()


def test_the_account_panel_closes_by_escape_and_gives_the_focus_back(page):
    sign_in(page, "officer")
    page.goto(LOOK)
    summary = page.locator(".account > summary")
    summary.click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Sign out").is_hidden()
    assert summary.evaluate("(element) => element === document.activeElement")


def test_the_chosen_colours_stay_on_this_device(page):
    page.goto(LOOK)
    page.get_by_role("button", name="Dark", exact=True).click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(15, 22, 32)"
    assert page.get_by_role("button", name="Dark", exact=True).get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="Device").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(250, 249, 246)"


def test_a_password_can_be_shown_and_is_hidden_again_before_it_is_sent(page):
    page.goto(LOOK)
    field = page.get_by_label("Password", exact=True)
    page.get_by_role("button", name="Show password").click()
    assert field.get_attribute("type") == "text"
    page.evaluate(
        "document.querySelector('input[name=password]').form.addEventListener('submit', e => e.preventDefault())"
    )
    page.get_by_role("button", name="Save", exact=True).click()
    assert field.get_attribute("type") == "password"


def test_a_long_text_makes_its_field_grow(page):
    page.goto(LOOK)
    field = page.get_by_label("Notes (optional)")
    before = field.bounding_box()["height"]
    field.fill("line\n" * 20)
    assert field.bounding_box()["height"] > before + 300


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(page):
    page.goto(LOOK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_focus_is_a_line_of_three_pixels(page):
    page.goto(LOOK)
    page.get_by_role("link", name="Set the agenda").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    style = page.evaluate(
        "(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth] })()"
    )
    assert style == ["solid", "3px"]


def test_paper_shows_the_content_and_not_the_machinery(page):
    sign_in(page, "officer")
    page.goto(LOOK)
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="Every component").is_visible()
    for part in (".bar", ".foot", ".breadcrumbs", ".page-head .button", ".move"):
        assert page.locator(part).first.is_hidden(), part


@pytest.mark.parametrize("name", ["400", "403", "404", "413", "500"])
def test_error_pages_need_nothing_from_the_portal(name):
    from django.template.loader import render_to_string

    text = render_to_string(f"{name}.html")
    assert text.count("<h1>") == 1
    assert "Go to the start page" in text
