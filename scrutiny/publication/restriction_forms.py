"""Forms of restrictions, and of the legal bases they rest on."""

from django import forms
from django.db.models import Q

from opcc_portal.office.dates import today
from opcc_portal.office.forms import DayField
from scrutiny.publication.restricted import WHAT
from scrutiny.register.text_fields import FilterForm, WordsField
from scrutiny.workflow import restrictions
from scrutiny.workflow.forms import RecordsField
from scrutiny.workflow.models import LegalBasis


class RestrictionForm(forms.Form):
    """Why something is kept from the public. The same form for everything that can be."""

    bases = RecordsField(
        LegalBasis.objects.none(),
        label="Legal basis",
        help_text="One or several.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": restrictions.NEEDS_BASIS},
    )
    public_reason = WordsField(
        label="Reason",
        what="the reason",
        rows=3,
        max_length=1000,
        help_text="The public reads this in place of what is withheld. Say nothing here that would give it away.",
    )
    public_interest = WordsField(
        label="Why it is in the public interest to withhold it",
        rows=3,
        max_length=2000,
        required=False,
        help_text="The public reads this as well. Needed for every basis marked “public-interest test”.",
    )
    neutral_title = WordsField(
        label="Neutral title",
        max_length=250,
        required=False,
        help_text="Only where the title itself says too much: the public reads this one instead.",
    )
    decided_by = WordsField(label="Who decided it", what="who decided it", max_length=200, help_text="Name and post.")
    decided_on = DayField(label="Decided on", error_messages={"required": "Enter the day of the decision."})
    review_on = DayField(
        label="Look at it again on",
        help_text="You are reminded on the desk from that day on.",
        error_messages={"required": "Enter the day to look at it again."},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, thing=None, restriction=None, **kwargs):
        if restriction:
            kwargs["initial"] = {
                **{name: getattr(restriction, name) for name in restrictions.WORDS},
                "bases": [basis.pk for basis in restriction.bases.all()],
                "seen": restrictions.seen(restriction),
            }
        else:
            kwargs["initial"] = {"decided_on": today()}
        super().__init__(*args, **kwargs)
        offered = Q(in_use=True)
        if restriction:
            offered |= Q(restrictions=restriction)
        self.fields["bases"].queryset = LegalBasis.objects.filter(offered).distinct()
        self.fields["bases"].choices = _by_law(self.fields["bases"].queryset)
        if thing and not thing.has_title:
            del self.fields["neutral_title"]

    def clean(self):
        """A qualified exemption is explained, and the day to look again comes after the decision."""
        done = super().clean()
        if restrictions.needs_public_interest(done.get("bases", [])) and not done.get("public_interest", "").strip():
            self.add_error("public_interest", restrictions.NEEDS_INTEREST)
        decided, review = done.get("decided_on"), done.get("review_on")
        if decided and decided > today():
            self.add_error("decided_on", "This day is still to come. Enter the day of the decision.")
        if decided and review and review <= decided:
            self.add_error("review_on", "Enter a day after the decision.")
        return done

    @property
    def words(self):
        """What the operations take."""
        return {name: self.cleaned_data.get(name, "") for name in restrictions.WORDS} | {
            "bases": list(self.cleaned_data["bases"])
        }


def _by_law(bases):
    """The choices, those of one law under its name."""
    laws = {}
    for basis in bases:
        laws.setdefault(basis.scheme, []).append((basis.pk, _in_words(basis)))
    return list(laws.items())


def _in_words(basis):
    paragraph = basis.paragraph[:1].upper() + basis.paragraph[1:]
    test = " (public-interest test)" if basis.needs_public_interest else ""
    gone = " (no longer in use)" if not basis.in_use else ""
    return f"{paragraph}: {basis.title}{test}{gone}"


class PassageForm(RestrictionForm):
    """Words of a section, and why they are kept from the public."""

    passage = WordsField(
        label="The words that are withheld",
        what="the words that are withheld",
        rows=4,
        max_length=20_000,
        help_text="Exactly as the section has them. They must stand in it only once; add a word before or behind where not.",
    )

    field_order = ["passage"]


class RestrictionFilter(FilterForm):
    """Which restrictions to list."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "In force"), ("due", "To be looked at again"), ("released", "Released")],
    )
    what = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *WHAT.items()])
    basis = forms.ModelChoiceField(
        LegalBasis.objects.all(), label="Legal basis", required=False, empty_label="Every basis"
    )

    def narrow(self, found):
        """The restrictions that the filter asks for."""
        wanted = self.wanted
        if what := wanted.get("what"):
            found = found.filter(**{f"{what}__isnull": False})
        if basis := wanted.get("basis"):
            found = found.filter(bases=basis)
        return found


class LegalBasisForm(forms.ModelForm):
    """A ground on which something may be kept from the public."""

    class Meta:
        model = LegalBasis
        fields = ["scheme", "paragraph", "title", "needs_public_interest", "in_use"]
        labels = {"scheme": "Law", "in_use": "In use"}
        help_texts = {
            "title": "In a few words. The public reads law, paragraph and these words.",
            "in_use": "Without this it is no longer offered. What rests on it stays as it is.",
        }
        error_messages = {
            "scheme": {"required": "Enter the law."},
            "paragraph": {"required": "Enter the section or paragraph."},
            "title": {"required": "Enter what it is about."},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["in_use"]

    def _get_validation_exclusions(self):
        """The pair of law and paragraph is checked, though `in_use` may not be on the form."""
        return super()._get_validation_exclusions() - {"scheme", "paragraph"}


class MarkingForm(forms.Form):
    """How a paper is marked."""

    marking = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["marking"].choices = choices
