"""Addresses of the desk side of publishing, under /desk/."""

from django.urls import include, path

from scrutiny.publication import desk_views, page_views

_KINDS = "publishing/<str:kind>/<int:pk>/"

urlpatterns = [
    path("", include("scrutiny.publication.search.urls")),
    path("publishing/", desk_views.publishing, name="publishing"),
    path("publishing/pages/", page_views.site_pages, name="site-pages"),
    path("publishing/pages/add/", page_views.site_page_add, name="site-page-add"),
    path("publishing/pages/<int:pk>/", page_views.site_page, name="site-page"),
    path("publishing/pages/<int:pk>/edit/", page_views.site_page_edit, name="site-page-edit"),
    path("publishing/pages/<int:pk>/history/", page_views.site_page_history, name="site-page-history"),
    path("publishing/pages/<int:pk>/delete/", page_views.site_page_delete, name="site-page-delete"),
    path("publishing/pages/<int:pk>/file/", page_views.site_page_file, name="site-page-file"),
    path("publishing/", include("scrutiny.publication.gate_urls")),
    # Whatever has a number below a name of its own stands above this line: a kind may have any name.
    path(_KINDS, desk_views.publish, name="publish"),
    path(f"{_KINDS}preview/<int:page>/", desk_views.publish_preview, name="publish-preview"),
    path(f"{_KINDS}preview/<int:document>.pdf", desk_views.publish_preview_pdf, name="publish-preview-pdf"),
    path(f"{_KINDS}history/", desk_views.publish_history, name="publish-history"),
    path(f"{_KINDS}withdraw/", desk_views.publish_withdraw, name="publish-withdraw"),
    path(
        f"{_KINDS}history/<int:edition>/withdraw/",
        desk_views.publish_withdraw_version,
        name="publish-withdraw-version",
    ),
    path(f"{_KINDS}address/", desk_views.publish_address, name="publish-address"),
]
