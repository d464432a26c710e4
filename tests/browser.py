"""Steps and checks for tests that drive Chromium."""

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# What axe is asked in light colours, and in dark ones: there only what may differ by colour.
QUESTIONS = {
    "light": {"type": "tag", "values": WCAG},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
# axe parses each colour it meets thousands of times a page, which takes a third of its time; once is enough.
AXE = (
    Axe().axe_script
    + """;(() => {
        const colour = axe.commons.color.Color.prototype, parse = colour.parseString, known = new Map();
        colour.parseString = function (text) {
            if (!known.has(text)) {
                const { r, g, b, alpha } = parse.call(this, text);
                known.set(text, { r, g, b, alpha });
            }
            return Object.assign(this, known.get(text));
        };
    })();"""
)
ROLE_OF_ACCOUNT = {"officer": "governance", "admin": "administrator"}  # the other accounts are named after their role


def sign_in(page, who):
    """Sign in without the form: `who` is a user, or the name of a demo account, made where there is none.

    The page's browser profile is signed in from here on; open the page you want next.
    """
    users = get_user_model().objects
    user = who
    if isinstance(who, str):
        role = ROLE_OF_ACCOUNT.get(who, who)
        user = users.filter(username=who).first() or users.create_user(who, f"{who}@example.org", roles=[role])
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}
    page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Lax"}])
    return user


def bring_axe(page):
    """Let every page that is opened from here on have axe at hand: quicker than handing it to each of them."""
    page.add_init_script(AXE)


def assert_accessible(page, *, dark=True):
    """No breach of WCAG 2.0 to 2.2 A and AA that axe can find, in light colours and, unless told not to, in dark."""
    found = []
    page.evaluate(
        "document.fonts.ready.then(() => null)"
    )  # a font that is still on its way shows the names of icons as text
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    for colours in ["light", "dark"] if dark else ["light"]:
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        violations = page.evaluate(
            "options => window.axe.run(document, options).then(answer => answer.violations)",
            {"runOnly": QUESTIONS[colours], "resultTypes": ["violations"], "preload": False, "iframes": False},
        )
        for violation in violations:
            for node in violation["nodes"]:
                found.append(
                    f"{colours}: {violation['id']}: {violation['help']}\n    {node['html']}\n    {node['target']}"
                )
    page.emulate_media(color_scheme="null", reduced_motion="null")
    assert not found, f"{page.url}\n" + "\n".join(found)


def assert_no_sideways_scroll(page, width=320):
    """At this width nothing sticks out to the right; names what does. The page's old size comes back afterwards."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 800})
    wide, sticks_out = page.evaluate(
        """() => {
            const { clientWidth, scrollWidth } = document.documentElement;
            if (scrollWidth <= clientWidth) return [0, []];
            const found = [...document.body.querySelectorAll("*")]
                .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5)
                .map((element) => element.outerHTML.slice(0, 120));
            return [scrollWidth - clientWidth, found.slice(0, 5)];
        }"""
    )
    page.set_viewport_size(before)
    assert wide <= 0, f"{page.url} is {wide} px too wide at {width} px:\n" + "\n".join(sticks_out)
