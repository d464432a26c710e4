"""Somebody who takes minutes with real key events, and counts the keys that are not words."""

from django.urls import reverse

from tests.browser import sign_in


class Typist:
    """Types in the live editor. `keys` counts every key that is structure: kinds, speakers, Enter."""

    def __init__(self, page, minuted_item, who="officer"):
        self.page = page
        self.keys = 0
        if who:
            sign_in(page, who)
        page.goto(f"{reverse('minuted-item', args=[minuted_item.pk])}#next")
        self.wait_until_ready()

    def wait_until_ready(self):
        """The script has taken the form over."""
        self.page.locator("#entries[data-ready=yes]").wait_for()

    def words(self, text):
        """Type words, a key event for each character."""
        self.page.keyboard.type(text)
        return self

    def structure(self, *keys):
        """Press keys that are not words: each counts, a key held down with another as one."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1
        return self

    def letters(self, text):
        """Type characters that are structure, "/t " for instance."""
        return self.structure(*("Space" if letter == " " else letter for letter in text))

    def correction(self, pick, value):
        """`/c`, pick a figure by its letters, type the right one. The keys of the pick and the value are not counted."""
        self.letters("/c ")
        self.page.locator(".correction-box [role=combobox]:focus").wait_for()
        self.words(pick)
        self.page.keyboard.press("Enter")
        self.page.locator(".correction-box [name=new_value]:focus").wait_for()
        self.words(value)
        self.structure("Enter")
        self.page.locator("#next textarea:focus").wait_for()
        return self

    @property
    def state(self):
        """What the page says about saving."""
        return self.page.locator("#saved")

    def wait_until_saved(self):
        """The page says that everything has been saved."""
        self.page.wait_for_function(
            "() => /^(Saved [0-9:]+|Everything is saved)$/.test(document.querySelector('#saved').textContent)",
            timeout=30_000,
        )
        return self

    def texts(self):
        """The words of the entries on the page, in their order."""
        return [area.input_value() for area in self.page.locator("#entries textarea").all() if area.is_visible()]
