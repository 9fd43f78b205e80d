"""Addresses of the project: the public site at the root, the curators' admin beside it."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("listings.urls")),
]

handler400 = "listings.views.errors.bad_request"
handler403 = "listings.views.errors.permission_denied"
handler404 = "listings.views.errors.not_found"
handler500 = "listings.views.errors.server_error"
