"""Addresses of the minutes, below /desk/minutes/."""

from django.urls import path

from scrutiny.minutes import (
    approval_views,
    checking_views,
    correction_views,
    item_views,
    live_views,
    planned_views,
    views,
)

urlpatterns = [
    path("of-meeting/<int:pk>/", views.begin, name="minutes-begin"),
    path("<int:pk>/", views.minutes_page, name="minutes"),
    path("<int:pk>/print/", views.print_view, name="minutes-print"),
    path("<int:pk>/minutes.pdf", views.minutes_pdf, name="minutes-pdf"),
    path("<int:pk>/send/", views.send, name="minutes-send"),
    path("<int:pk>/take-back/", views.take_back, name="minutes-take-back"),
    path("<int:pk>/check/", approval_views.check, name="minutes-check"),
    path("<int:pk>/changes/", approval_views.changes, name="minutes-changes"),
    path("<int:pk>/verdict/", approval_views.verdict, name="minutes-verdict"),
    path("<int:pk>/approve/", approval_views.approve, name="minutes-approve"),
    path("<int:pk>/give-back/", approval_views.give_back, name="minutes-give-back"),
    path("<int:pk>/versions/<str:version>/", approval_views.version, name="minutes-version"),
    path("<int:pk>/at-meeting/<int:meeting>/", approval_views.at_meeting, name="minutes-at-meeting"),
    path("for-item/<int:pk>/", approval_views.brought, name="minutes-brought"),
    path("entries/<int:pk>/comment/", approval_views.entry_comment, name="entry-comment"),
    path("entries/<int:pk>/amend/<int:meeting>/", approval_views.amend, name="entry-amend"),
    path("amendments/<int:pk>/remove/", approval_views.amendment_remove, name="amendment-remove"),
    path("<int:pk>/delete/", views.delete, name="minutes-delete"),
    path("<int:pk>/comments/", checking_views.comment, name="minutes-comment"),
    path("<int:pk>/comments/<int:comment>/settle/", checking_views.settle, name="minutes-comment-settle"),
    path("<int:pk>/checkers/", checking_views.checker_add, name="minutes-checker-add"),
    path("<int:pk>/checkers/<int:user>/drop/", checking_views.checker_drop, name="minutes-checker-drop"),
    path("items/<int:pk>/", item_views.item_page, name="minuted-item"),
    path("items/<int:pk>/save/", live_views.save, name="entry-save"),
    path("items/<int:pk>/move/", live_views.move, name="entry-move"),
    path("items/<int:pk>/presence/", live_views.presence, name="item-presence"),
    path("items/<int:pk>/stamp/", live_views.stamp, name="item-stamp"),
    path("items/<int:item>/speakers/<int:pk>/clock/", live_views.clock, name="speaker-clock"),
    path("items/<int:pk>/planned/<int:question>/", planned_views.planned_take, name="planned-take"),
    path("entries/<int:pk>/correction/", correction_views.entry_correction, name="entry-correction"),
    path("entries/<int:pk>/correct/", correction_views.entry_correct, name="entry-correct"),
    path("entries/<int:pk>/history/", views.entry_history, name="entry-history"),
    path("entries/<int:pk>/restore/", views.entry_restore, name="entry-restore"),
]
