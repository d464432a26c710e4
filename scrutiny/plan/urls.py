"""Addresses of the plan, below /desk/plan/."""

from django.urls import path

from scrutiny.plan import version_views, views

urlpatterns = [
    path("", views.plan_page, name="plan"),
    path("add/", views.plan_add, name="plan-add"),
    path("plans/<int:pk>/edit/", views.plan_edit, name="plan-edit"),
    path("plans/<int:pk>/priorities/add/", views.priority_add, name="priority-add"),
    path("plans/<int:pk>/versions/start/", version_views.plan_version_start, name="plan-version-start"),
    path("versions/<int:pk>/", version_views.plan_version, name="plan-version"),
    path("versions/<int:pk>/changes/", version_views.plan_version_changes, name="plan-version-changes"),
    path("versions/<int:pk>/send/", version_views.plan_version_send, name="plan-version-send"),
    path("versions/<int:pk>/take-back/", version_views.plan_version_take_back, name="plan-version-take-back"),
    path("versions/<int:pk>/report/", version_views.plan_version_report, name="plan-version-report"),
    path("versions/<int:pk>/response/", version_views.plan_version_respond, name="plan-version-respond"),
    path("versions/<int:pk>/issue/", version_views.plan_version_issue, name="plan-version-issue"),
    path("versions/<int:pk>/discard/", version_views.plan_version_discard, name="plan-version-discard"),
    path("<int:pk>/edit/", views.priority_edit, name="priority-edit"),
    path("<int:pk>/move/", views.priority_move, name="priority-move"),
    path("<int:pk>/leave-out/", views.priority_leave_out, name="priority-leave-out"),
    path("<int:pk>/remove/", views.priority_remove, name="priority-remove"),
]
