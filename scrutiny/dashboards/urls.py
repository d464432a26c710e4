"""Addresses of the desk itself."""

from django.urls import path

from scrutiny.dashboards import meeting_tasks, organisation_views, planned_views, priority_views, views

urlpatterns = [
    path("", views.home, name="desk"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard.pdf", views.dashboard_pdf, name="dashboard-pdf"),
    path("look/", views.look, name="look"),
    path("planned-questions/add/", planned_views.planned_question_add, name="planned-question-add"),
    path("planned-questions/<int:pk>/", planned_views.planned_question, name="planned-question"),
    path("help/", views.help_page, name="help"),
    path("meetings/<int:pk>/", meeting_tasks.meeting, name="meeting"),
    path("people/organisations/<int:pk>/", organisation_views.organisation, name="organisation"),
    path("networks/<int:pk>/", organisation_views.network, name="network"),
    path("plan/<int:pk>/", priority_views.priority_page, name="priority"),
]
