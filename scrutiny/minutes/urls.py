"""Addresses of the minutes, below /desk/minutes/."""

from django.urls import path

from scrutiny.minutes import checking_views, live_views, views

urlpatterns = [
    path("of-meeting/<int:pk>/", views.begin, name="minutes-begin"),
    path("<int:pk>/", views.minutes_page, name="minutes"),
    path("<int:pk>/print/", views.print_view, name="minutes-print"),
    path("<int:pk>/minutes.pdf", views.minutes_pdf, name="minutes-pdf"),
    path("<int:pk>/send/", views.send, name="minutes-send"),
    path("<int:pk>/take-back/", views.take_back, name="minutes-take-back"),
    path("<int:pk>/delete/", views.delete, name="minutes-delete"),
    path("<int:pk>/comments/", checking_views.comment, name="minutes-comment"),
    path("<int:pk>/comments/<int:comment>/settle/", checking_views.settle, name="minutes-comment-settle"),
    path("<int:pk>/checkers/", checking_views.checker_add, name="minutes-checker-add"),
    path("<int:pk>/checkers/<int:user>/drop/", checking_views.checker_drop, name="minutes-checker-drop"),
    path("items/<int:pk>/", views.item_page, name="minuted-item"),
    path("items/<int:pk>/save/", live_views.save, name="entry-save"),
    path("items/<int:pk>/move/", live_views.move, name="entry-move"),
    path("items/<int:pk>/presence/", live_views.presence, name="item-presence"),
    path("items/<int:pk>/stamp/", live_views.stamp, name="item-stamp"),
    path("entries/<int:pk>/history/", views.entry_history, name="entry-history"),
    path("entries/<int:pk>/restore/", views.entry_restore, name="entry-restore"),
]
