"""Pages of the demonstration's public site: those that every office needs, and one invented policy. Drafts all of them."""

import datetime
import uuid

from opcc_portal.management.demo.people import INVENTED
from opcc_portal.office.dates import today
from opcc_portal.office.models import Office
from opcc_portal.richtext.cleaning import clean
from scrutiny.publication import operations, starting_pages
from scrutiny.publication.models import SitePage
from scrutiny.workflow import saving
from scrutiny.workflow.models import PublicationClass

# What a real office would fill in. Nothing of it is true of anybody.
FILLED_IN = {
    "[Add a number of] working days": "ten working days",
    "[Add a number of] days": "30 days",
    "[Add how long]": "two years after the last letter",
    "[Add when and by whom, or that there was none yet]": "not taken place yet",
}
POLICY = (
    "Publishing our record",
    "publishing-our-record",
    "What we publish, when, and what we keep back.",
    """<p>An invented policy, to show what a document of the publication scheme looks like.</p>
<h3>What we publish</h3>
<p>Agendas five working days before a meeting, minutes within ten working days of their approval, every decision when it is
signed.</p>
<h3>What we keep back</h3>
<p>Only what the law lets us keep back. The page of the item says on which ground and why.</p>
<h3>Corrections</h3>
<p>Nothing published is altered. A correction is a new version; the earlier one stays readable.</p>""",
)


def seed_pages(*, officer):
    """The pages, where they are not there yet."""
    texts = starting_pages.texts(Office.now(), day=today())
    for slug, (summary, body) in texts.items():
        for gap, words in FILLED_IN.items():
            body = body.replace(gap, words)
        texts[slug] = (summary, body)
    review = {"review_on": today() + datetime.timedelta(days=365), "demonstration_note": INVENTED}
    operations.add_needed_pages(texts, by=officer, **review)
    title, slug, summary, body = POLICY
    if not SitePage.objects.filter(slug=slug).exists():
        page = SitePage(
            title=title,
            slug=slug,
            summary=summary,
            body=clean(body),
            scheme_class=PublicationClass.objects.filter(slug="our-policies").first(),
            created_by=officer,
            **review,
        )
        saving.create(page, save_id=uuid.uuid4(), by=officer)
