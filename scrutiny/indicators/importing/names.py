"""Areas and indicators as sheets name them: by name, short name in addresses, or code, in any case."""

from difflib import get_close_matches

from scrutiny.indicators.models import Area, Indicator


class Unknown(LookupError):
    """No area or indicator is called so. The message names the nearest one."""


class Names:
    """Every area and indicator, loaded once for a sheet."""

    def __init__(self):
        self.areas = {area.pk: area for area in Area.objects.all()}
        indicators = Indicator.objects.select_related("priority__plan", "owner")
        self.indicators = {indicator.pk: indicator for indicator in indicators}
        self._areas = by_name(self.areas.values(), "name", "slug", "gss_code")
        self._indicators = by_name(self.indicators.values(), "title", "slug")
        self._found = {}

    def area(self, text):
        """The area that is called so. Raises Unknown."""
        return self._find("area", self._areas, text)

    def indicator(self, text):
        """The indicator that is called so. Raises Unknown."""
        return self._find("indicator", self._indicators, text)

    def by_key(self, role, key):
        """The area or indicator with this key. Raises Unknown."""
        found = (self.areas if role == "area" else self.indicators).get(key)
        if found is None:
            raise Unknown(f"This {role} is not kept any more. Choose another one.")
        return found

    def is_area(self, text):
        """Whether an area is called so."""
        return _plain(text) in self._areas

    def is_indicator(self, text):
        """Whether an indicator is called so."""
        return _plain(text) in self._indicators

    def _find(self, what, known, text):
        key = what, text
        if key not in self._found:
            self._found[key] = looked_up(what, known, text)
        found = self._found[key]
        if isinstance(found, str):
            raise Unknown(found)
        return found


def looked_up(what, known, text):
    """The one record that is called so among those of `by_name`; else a sentence that says what to write."""
    plain = _plain(text)
    if not plain:
        return f"No {what} is named."
    called = list({record.pk: record for record in known.get(plain, [])}.values())
    if len(called) == 1:
        return called[0]
    if called:
        slugs = " or ".join(record.slug for record in called)
        return f"More than one {what} is called “{_short(text)}”. Write {slugs}."
    near = get_close_matches(plain, known, n=1, cutoff=0.6)
    if near:
        return f"“{_short(text)}” is no {what} of the portal. Did you mean {known[near[0]][0]}?"
    return f"“{_short(text)}” is no {what} of the portal. Add it first, or correct the name."


def by_name(records, *fields):
    """{name in plain letters: records} of everything by which a record may be called."""
    found = {}
    for record in records:
        for plain in {_plain(getattr(record, field)) for field in fields} - {""}:
            found.setdefault(plain, []).append(record)
    return found


def _plain(text):
    return " ".join(text.casefold().replace("_", " ").split())


def _short(text):
    return text if len(text) <= 60 else f"{text[:59]}…"
