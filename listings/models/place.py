"""Places of the gazetteer: reference data, so they carry no catalogue version."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models.functions import Length, Upper
from django.db.models.lookups import Exact

from listings.values.geo import Box, Point

KNOWN_BY_OTHER_NAMES = 100_000
"""People from which a town's other names (NYC, Philly) are in common use."""


class PlaceQuerySet(models.QuerySet["Place"]):
    """Questions asked of the gazetteer."""

    def towns(self) -> Self:
        """Cities, towns and villages."""
        return self.filter(kind=Place.Kind.TOWN)

    def regions(self) -> Self:
        """States, territories and provinces."""
        return self.filter(kind=Place.Kind.REGION)

    def areas(self) -> Self:
        """Regions and countries: what may follow a town's name."""
        return self.filter(kind__in=[Place.Kind.REGION, Place.Kind.COUNTRY])

    def named(self, folded_names: list[str]) -> Self:
        """Places whose own name folds (`values.text.fold_place`) to one of these."""
        return self.filter(name_folded__in=folded_names)

    def pks_known_as(self, folded_names: Iterable[str]) -> dict[str, set[int]]:
        """By folded name, the keys of the places with that as their own or as another name.

        Two look-ups in two indexes: as one query, databases would read both tables.
        """
        names = list(folded_names)
        other = PlaceName.objects.filter(name_folded__in=names)
        found: dict[str, set[int]] = {}
        for name, pk in [
            *self.named(names).values_list("name_folded", "pk"),
            *other.values_list("name_folded", "place_id"),
        ]:
            found.setdefault(name, set()).add(pk)
        return found

    def with_postcode(self, postcodes: list[str]) -> Self:
        """Postcode areas of any country; postcodes in capitals without spaces."""
        return self.filter(kind=Place.Kind.POSTCODE, postcode__in=postcodes)

    def in_boxes(self, boxes: tuple[Box, ...]) -> Self:
        """Places inside one of the boxes of `values.geo.bounding_boxes`."""
        inside = models.Q()
        for box in boxes:
            inside |= models.Q(
                latitude__range=(box.south, box.north), longitude__range=(box.west, box.east)
            )
        return self.filter(inside)

    def preferring(self, country: str, folded_name: str = "") -> Self:
        """Places of this country first, then the most prominent, then by slug.

        When looking for a name, a small town of the country that only has it as another name
        counts as if it lay abroad: Moscow in Idaho is also Москва.
        """
        at_home = models.Q(country=country)
        if folded_name:
            known = models.Q(prominence__gte=KNOWN_BY_OTHER_NAMES, kind=Place.Kind.TOWN)
            area = ~models.Q(kind=Place.Kind.TOWN)
            ranks = [
                models.When(at_home & models.Q(name_folded=folded_name), then=0),
                models.When(at_home & (known | area), then=1),
            ]
        else:
            ranks = [models.When(at_home, then=0)]
        rank = models.Case(*ranks, default=2, output_field=models.IntegerField())
        return self.order_by(rank, "-prominence", "slug")


class Place(models.Model):
    """A point of the gazetteer: postcode area, town, county, region or country."""

    class Kind(models.TextChoices):
        """What sort of place it is."""

        POSTCODE = "postcode", "postcode"
        TOWN = "town", "town"
        COUNTY = "county", "county"
        REGION = "region", "region"
        COUNTRY = "country", "country"

    class Precision(models.TextChoices):
        """What the point stands for."""

        CENTROID = "centroid", "middle of the place"
        PREFIX = "prefix", "middle of all postcodes that begin so"

    class Source(models.TextChoices):
        """Whose data the row is; every one is credited in geocoding/data/ATTRIBUTION.md."""

        GEONAMES = "geonames", "GeoNames"
        GEONAMES_POSTAL = "geonames-postal", "GeoNames postal codes"
        CENSUS = "census", "US Census Bureau"
        US_ATLAS = "us-atlas", "US Census Bureau, by way of us-atlas"

    slug = models.SlugField(
        max_length=120,
        unique=True,
        help_text="The place in addresses of pages: 06103, hartford-ct, connecticut, moscow-ru.",
    )
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=200)
    name_folded = models.CharField(max_length=200, db_index=True, editable=False)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 code in capitals.")
    region_code = models.CharField(
        max_length=10, blank=True, help_text="State or province: CT, ON. Empty when not known."
    )
    region_name = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(
        max_length=16,
        blank=True,
        help_text="Postcode areas only: in capitals, without spaces and hyphens.",
    )
    latitude = models.FloatField()
    longitude = models.FloatField()
    population = models.PositiveIntegerField(null=True, blank=True)
    prominence = models.PositiveIntegerField(
        default=0,
        help_text="For the order of places of one name: people in the place, or, for counties and "
        "regions, in the towns that the gazetteer knows inside. Never shown.",
    )
    radius_miles = models.FloatField(
        null=True, blank=True, help_text="Radius of the circle with the area of the place."
    )
    by_address = models.BooleanField(
        default=False, help_text="Search by the address of listings, not by a circle."
    )
    precision = models.CharField(max_length=8, choices=Precision, default=Precision.CENTROID)
    timezone = models.CharField(
        max_length=40, blank=True, help_text="IANA name. Empty when not known."
    )
    source = models.CharField(max_length=16, choices=Source)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["postcode", "country"], name="place_postcode"),
            models.Index(fields=["kind", "latitude", "longitude"], name="place_position"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__range=(-90, 90)), name="place_latitude_on_earth"
            ),
            models.CheckConstraint(
                condition=models.Q(longitude__range=(-180, 180)), name="place_longitude_on_earth"
            ),
            models.CheckConstraint(
                condition=models.Q(radius_miles__isnull=True) | models.Q(radius_miles__gt=0),
                name="place_radius_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["postcode", "town", "county", "region", "country"]),
                name="place_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(precision__in=["centroid", "prefix"]),
                name="place_precision_known",
            ),
            models.CheckConstraint(
                condition=Exact(Length("country"), 2)
                & Exact(Upper("country"), models.F("country")),
                name="place_country_two_capitals",
            ),
            models.CheckConstraint(
                condition=(models.Q(kind="postcode") & ~models.Q(postcode=""))
                | (~models.Q(kind="postcode") & models.Q(postcode="")),
                name="place_postcode_only_of_postcodes",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def point(self) -> Point:
        """The point that stands for the place."""
        return Point(self.latitude, self.longitude)

    @property
    def label(self) -> str:
        """The name with its region and, outside the United States, its country code."""
        if self.kind == self.Kind.COUNTRY:
            return self.name
        area = "" if self.kind == self.Kind.REGION else self.region_code
        country = "" if self.country == "US" else self.country
        return ", ".join(part for part in (self.name, area, country) if part)


class PlaceName(models.Model):
    """Another name of a place: in another language or script, or an abbreviation."""

    # The unique constraint below begins with the place, so that a second index would be idle.
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names", db_index=False)
    name = models.CharField(max_length=200)
    name_folded = models.CharField(max_length=200, db_index=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name_folded"], name="place_name_once_per_place"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PlaceSet(models.Model):
    """A file of places that has been loaded, with the hash that tells whether it changed."""

    name = models.CharField(max_length=60, unique=True)
    content_hash = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
