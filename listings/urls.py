"""Public addresses."""

from django.urls import path

from listings.views import find, home, listing, pages, places, search, status

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("places/", places.places, name="places"),
    path("find/", find.find, name="find-everywhere"),
    path("find.json", find.find_json, name="find-everywhere-json"),
    path("find/<slug:slug>/", find.find, name="find"),
    path("find/<slug:slug>.json", find.find_json, name="find-json"),
    path("listing/<uuid:public_id>/", listing.listing, name="listing"),
    path("about/", pages.about, name="about"),
    path("privacy/", pages.privacy, name="privacy"),
    path("sources/", pages.sources, name="sources"),
    path("how-we-order/", pages.how_we_order, name="how-we-order"),
    path("robots.txt", status.robots, name="robots"),
    path("healthz", status.healthz, name="healthz"),
    path("readyz", status.readyz, name="readyz"),
]
