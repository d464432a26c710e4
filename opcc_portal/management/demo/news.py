"""Two news releases: that of 19 January 2016 in our own words, quoting nobody; and an invented one that is under embargo."""

import datetime
import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from opcc_portal.office.dates import today
from scrutiny.news import embargoes, operations, pictures
from scrutiny.news.models import NewsPiece, NewsRelease
from scrutiny.partnerships.models import Network
from scrutiny.plan.models import Priority

NETWORK = "Commissioners join a national network against human trafficking"
PATROLS = "Night patrols at stations to go on for another year"
DAY = datetime.date(2016, 1, 19)
AHEAD = datetime.timedelta(days=28)
Kind = NewsPiece.Kind

OWN_WORDS = (
    "The facts are those of a public release of 19 January 2016. The wording is our own, nobody is quoted, and the drawing "
    "was made for this demonstration."
)
INVENTED = "Made up to show a release under embargo. There are no such patrols and no such person."

OF_THE_NETWORK = [
    (
        Kind.TEXT,
        "Karen Bradley MP, the minister responsible for preventing abuse, and commissioners from across England and "
        "Wales were there.\n\n"
        "Commissioners who join sign an agreement. They undertake to share what works, to help to find victims and to "
        "convict those who exploit them, and to hold their chief constables to account for what each force does.",
    ),
    (Kind.HEADING, "What has been done in West Yorkshire"),
    (
        Kind.TEXT,
        "Twelve months earlier West Yorkshire Police set up a unit for human trafficking with money from the commissioner. "
        "It supports policing in every district.\n\n"
        "A network of the county’s own has helped to train more than 3,000 front-line staff, in the police and elsewhere, "
        "to see the signs.",
    ),
    (Kind.HEADING, "What those who launched it said"),
    (
        Kind.TEXT,
        "Mr Burns-Williamson pointed out that a force which refers few people or none may still have victims in its area, "
        "and that victims are often moved from one force’s area to another’s, which makes the crime hard to investigate "
        "and to measure.\n\n"
        "Mr Hyland welcomed the network as a step towards one response across the country. Ms Bradley recalled that the "
        "Modern Slavery Act allows sentences for life. Chief Constable Shaun Sawyer, who leads for the police nationally, "
        "supported the plan.",
    ),
    (Kind.HEADING, "In figures"),
    (
        Kind.TEXT,
        "In 2014, 2,340 people who may have been trafficked were referred to the National Referral Mechanism, 34 per cent "
        "more than in 2013.",
    ),
]
OF_THE_PATROLS = [
    (
        Kind.TEXT,
        "Two officers will be at each of the twelve largest stations from ten in the evening until the last train has "
        "gone.",
    ),
    (
        Kind.QUOTATION,
        "People told us that they would take the last train if somebody was there when it came in. Now somebody is.\n\n"
        "We will count who travels and who feels safe, and say in a year whether it was worth the money.",
    ),
    (Kind.HEADING, "What it costs"),
    (Kind.TEXT, "The patrols cost £96,000 a year."),
]


def seed_news(*, officer, commissioner):
    """Write and approve both releases. To be called outside a transaction: a picture is taken in."""
    if not NewsRelease.objects.filter(demonstration_note=OWN_WORDS).exists():
        _network(officer, commissioner)
    if not NewsRelease.objects.filter(demonstration_note=INVENTED).exists():
        _patrols(officer, commissioner)


def releases():
    """Those that are to be public at once."""
    return NewsRelease.objects.filter(demonstration_note=OWN_WORDS, approved_at__isnull=False)


def _network(officer, commissioner):
    release = operations.add(
        {
            "headline": NETWORK,
            "date": DAY,
            "lead": "A national network of Police and Crime Commissioners against human trafficking and modern slavery was "
            "launched at the Home Office on 19 January 2016 by the Police and Crime Commissioner for West Yorkshire, Mark "
            "Burns-Williamson, and the Independent Anti-Slavery Commissioner, Kevin Hyland.",
            "notes_to_editors": "<p>The National Referral Mechanism is the process by which victims of trafficking and modern "
            "slavery in the United Kingdom are identified and supported.</p>",
        },
        by=officer,
        demonstration_note=OWN_WORDS,
    )
    _write(release, OF_THE_NETWORK, officer)
    words = {
        "alt": "Drawing: places joined by lines into one net, and a few that stand alone at its edge",
        "caption": "One net in place of many single ends.",
        "credit": "drawn for this demonstration",
        "copyright": "",
    }
    drawn = operations.add_picture(release, pictures.take_in(_drawing(), officer), words, by=officer)
    for _ in range(len(OF_THE_NETWORK) - 1):
        operations.move_piece(drawn, "up", by=officer)
    links = {name: [] for name in operations.LINKS}
    links["priorities"] = Priority.objects.filter(slug="human-trafficking-and-modern-slavery")
    links["networks"] = Network.objects.filter(organisation__name__icontains="anti-trafficking")
    operations.link(release, {**links, "grants": []}, by=officer)
    _approve(release, commissioner)


def _patrols(officer, commissioner):
    day = today() + AHEAD
    release = operations.add(
        {
            "headline": PATROLS,
            "date": day,
            "embargo_until": embargoes.instant(day, datetime.time(0, 1), NewsRelease.Zone.LONDON),
            "lead": "Patrols at the county’s largest railway stations, which were to end this month, go on for another year.",
            "contact": "Press office of the demonstration",
        },
        by=officer,
        demonstration_note=INVENTED,
    )
    said = {"speaker_name": "Alex Example", "speaker_post": "Invented for this demonstration"}
    _write(release, OF_THE_PATROLS, officer, **said)
    _approve(release, commissioner)


def _write(release, pieces, by, **said):
    nobody = {"speaker": None, "speaker_name": "", "speaker_post": ""}
    for kind, text in pieces:
        speaker = nobody | said if kind == Kind.QUOTATION else nobody
        operations.add_piece(release, {"kind": kind, "text": text, **speaker}, by=by)


def _approve(release, by):
    release.refresh_from_db()
    operations.approve(release, seen=release.version, by=by)


def _drawing():
    """A net of places, drawn large so that every width can be made of it."""
    picture = Image.new("RGB", (1600, 900), "#f2f0ea")
    draw = ImageDraw.Draw(picture)
    places = [
        (290, 250),
        (520, 160),
        (760, 300),
        (1010, 190),
        (1260, 330),
        (430, 480),
        (700, 570),
        (960, 470),
        (1200, 610),
    ]
    joined = [
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 4),
        (0, 5),
        (1, 5),
        (5, 6),
        (2, 6),
        (2, 7),
        (6, 7),
        (3, 7),
        (7, 8),
        (4, 8),
        (4, 7),
    ]
    for one, other in joined:
        draw.line([places[one], places[other]], fill="#00687a", width=7)
    for x, y in places:
        draw.ellipse([x - 34, y - 34, x + 34, y + 34], fill="#1d3557", outline="#f2f0ea", width=6)
    for x, y in ((180, 720), (1440, 160), (560, 770), (1420, 780)):
        draw.ellipse([x - 26, y - 26, x + 26, y + 26], fill="#f2f0ea", outline="#6f7782", width=7)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name="net.png")
