"""Addresses of the matters arising of a meeting, below /desk/meetings/."""

from django.urls import path

from scrutiny.register import arising_views

urlpatterns = [
    path("<int:pk>/matters-arising/", arising_views.matters_arising, name="matters-arising"),
    path("<int:pk>/matters-arising.pdf", arising_views.matters_arising_pdf, name="matters-arising-pdf"),
    path("<int:pk>/matters-arising/<int:action>/", arising_views.matters_arising_act, name="matters-arising-act"),
]
