"""Front door: the addresses of every scrutiny room, below /desk/. Imports only."""

from django.urls import include, path

urlpatterns = [
    path("", include("scrutiny.dashboards.urls")),
    path("people/", include("scrutiny.people.urls")),
    path("plan/", include("scrutiny.plan.urls")),
    path("meetings/", include("scrutiny.meetings.urls")),
    path("settings/series/", include("scrutiny.meetings.series_urls")),
    path("indicators/import/", include("scrutiny.indicators.importing.urls")),
    path("", include("scrutiny.indicators.urls")),
    path("reports/", include("scrutiny.reports.urls")),
    path("minutes/", include("scrutiny.minutes.urls")),
    path("import/", include("scrutiny.importing.urls")),
    path("meetings/", include("scrutiny.register.arising_urls")),
    path("actions/", include("scrutiny.register.action_urls")),
    path("decisions/", include("scrutiny.register.decision_urls")),
    path("assurance/", include("scrutiny.minutes.assurance_urls")),
    path("corrections/", include("scrutiny.minutes.correction_urls")),
    path("questions/", include("scrutiny.minutes.question_urls")),
    path("public-questions/", include("scrutiny.minutes.public_question_urls")),
    path("notes/", include("scrutiny.workflow.note_urls")),
    path("meetings/", include("scrutiny.publication.packs.urls")),
    path("letters/", include("scrutiny.letters.urls")),
    path("", include("scrutiny.inspections.urls")),
    path("", include("scrutiny.partnerships.urls")),
    path("news/", include("scrutiny.news.urls")),
    path("measures/", include("scrutiny.measures.urls")),
    path("duties/", include("scrutiny.duties.urls")),
    path("reminders/", include("scrutiny.reminders.urls")),
    path("", include("scrutiny.publication.restriction_urls")),
    path("", include("scrutiny.publication.urls")),
]
