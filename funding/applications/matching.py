"""Who applied: which organisation of the office an application may come from, and whether it applied before."""

import difflib
import re
import unicodedata

from django.db.models import Q

from funding.applications.models import Application
from scrutiny.people.models import Identifier, Organisation

# Words in front of or behind a name that people leave out or write in several ways.
KINDS_OF_BODY = {"the", "ltd", "limited", "cic", "cio", "plc", "llp"}
# From this likeness on (1: the same) two names are shown to a person who decides.
ALIKE = 0.87
LISTS = (("charity_number", Identifier.List.CHARITY), ("company_number", Identifier.List.COMPANY))


def name_key(name):
    """The name as it is compared: small letters, no accents, signs or words for the kind of body."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or name
    words = re.findall(r"\w+", plain.casefold().replace("&", " and ").replace("'", "").replace(".", ""))
    return " ".join([word for word in words if word not in KINDS_OF_BODY] or words)


def likely_organisations(application):
    """Organisations of the office that may be the applicant, the surest first; each has `why`, in words.

    The number of a public list is sure, a name is a hint.
    """
    if application.is_individual:
        return []
    found = _by_number(application)
    key = name_key(application.applicant_name)
    for organisation in _with_words_of(Organisation.objects.exclude(pk__in=[each.pk for each in found]), "name", key):
        organisation.why = _alike(key, organisation.name)
        if organisation.why:
            found.append(organisation)
    return sorted(found, key=lambda each: (not each.why.startswith("the same"), each.name))[:10]


def _by_number(application):
    given = [(which, getattr(application, name)) for name, which in LISTS if getattr(application, name)]
    if not given:
        return []
    wanted = Q()
    for which, number in given:
        wanted |= Q(list=which, number=number)
    found = {}
    for held in Identifier.objects.filter(wanted).select_related("organisation"):
        words = f"the same number, {held.number} ({held.get_list_display()})"
        found.setdefault(held.organisation_id, held.organisation).why = words
    return list(found.values())


def same_again(application):
    """Other applications of the round that seem to come from the same applicant; each has `why`, in words."""
    others = Application.objects.sent().filter(round=application.round_id).exclude(pk=application.pk)
    others = others.exclude(status=Application.Status.WITHDRAWN)
    wanted, key = Q(), name_key(application.applicant_name)
    for name, _ in LISTS:
        if number := getattr(application, name):
            wanted |= Q(**{name: number})
    if application.organisation_id:
        wanted |= Q(organisation=application.organisation_id)
    candidates = list(others.filter(wanted)) if wanted else []
    seen = {each.pk for each in candidates}
    candidates += [each for each in _with_words_of(others, "applicant_name", key) if each.pk not in seen]
    for other in candidates:
        other.why = _sameness(application, other, key)
    return [other for other in candidates if other.why]


def _sameness(one, other, key):
    if one.organisation_id and one.organisation_id == other.organisation_id:
        return "the same organisation"
    for name, _ in LISTS:
        if getattr(one, name) and getattr(one, name) == getattr(other, name):
            return f"the same {name.replace('_', ' ')}"
    return _alike(key, other.applicant_name)


def _alike(key, name):
    theirs = name_key(name)
    if theirs == key:
        return "the same name"
    return "a similar name" if difflib.SequenceMatcher(None, key, theirs).ratio() >= ALIKE else ""


def _with_words_of(records, field, key):
    """Those whose name holds one of the two longest words of the key: few enough to be compared one by one."""
    words = sorted(key.split(), key=len, reverse=True)[:2]
    if not words:
        return []
    wanted = Q()
    for word in words:
        wanted |= Q(**{f"{field}__icontains": word})
    return list(records.filter(wanted))
