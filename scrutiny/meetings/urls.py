"""Addresses of meetings, below /desk/meetings/. The task list of one meeting is in dashboards' addresses."""

from django.urls import path

from scrutiny.meetings import agenda_views, attendance_views, views

urlpatterns = [
    path("", views.meetings, name="meetings"),
    path("add/", views.meeting_add, name="meeting-add"),
    path("<int:pk>/edit/", views.meeting_edit, name="meeting-edit"),
    path("<int:pk>/copy/", views.meeting_copy, name="meeting-copy"),
    path("<int:pk>/agenda/", agenda_views.agenda_page, name="agenda"),
    path("<int:pk>/agenda/number/", agenda_views.agenda_number, name="agenda-number"),
    path("<int:pk>/agenda/set/", agenda_views.agenda_set, name="agenda-set"),
    path("<int:pk>/agenda/preview/", agenda_views.agenda_preview, name="agenda-preview"),
    path("<int:pk>/agenda.pdf", agenda_views.agenda_pdf, name="agenda-pdf"),
    path("items/<int:pk>/", agenda_views.item_edit, name="item-edit"),
    path("items/<int:pk>/move/", agenda_views.item_move, name="item-move"),
    path("items/<int:pk>/delete/", agenda_views.item_delete, name="item-delete"),
    path("<int:pk>/attendance/", attendance_views.attendance, name="attendance"),
    path("<int:pk>/attendance/add/", attendance_views.attendance_add, name="attendance-add"),
    path("attendance/<int:pk>/", attendance_views.attendance_edit, name="attendance-edit"),
]
