"""Addresses of assessment, below /desk/grants/."""

from django.urls import path

from funding.assessment import decision_views, panel_views, ranking_views, views

urlpatterns = [
    path("rounds/<int:pk>/interests/", views.interests, name="round-interests"),
    path("rounds/<int:pk>/assess/", views.assess_list, name="assess-list"),
    path("applications/<int:pk>/assess/", views.assess, name="application-assess"),
    path("assessments/<int:pk>/take-back/", views.take_back, name="assessment-take-back"),
    path("rounds/<int:pk>/moderation/", panel_views.moderation, name="round-moderation"),
    path("rounds/<int:pk>/interests/add/", panel_views.interest_add, name="interest-add"),
    path("interests/<int:pk>/remove/", panel_views.interest_remove, name="interest-remove"),
    path("applications/<int:pk>/moderate/", panel_views.moderate, name="application-moderate"),
    path("rounds/<int:pk>/ranking/", ranking_views.ranking, name="round-ranking"),
    path("rounds/<int:pk>/ranking/csv/", ranking_views.ranking_csv, name="round-ranking-csv"),
    path("rounds/<int:pk>/ranking.pdf", ranking_views.ranking_pdf, name="round-ranking-pdf"),
    path("rounds/<int:pk>/ranking/propose/", ranking_views.propose_by_rank, name="round-propose"),
    path("applications/<int:pk>/outcome/", ranking_views.outcome, name="application-outcome"),
    path("rounds/<int:pk>/decide/", decision_views.decide, name="round-decide"),
    path("rounds/<int:pk>/decide/back/", decision_views.take_decision_back, name="round-decision-back"),
    path("rounds/<int:pk>/letters.pdf", decision_views.letters_pdf, name="round-letters"),
    path("rounds/<int:pk>/letters/sent/", decision_views.letters_sent, name="round-letters-sent"),
    path("applications/<int:pk>/letter.pdf", decision_views.letter_pdf, name="application-letter"),
]
