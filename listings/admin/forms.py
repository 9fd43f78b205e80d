"""Forms that a curator fills in: numbers as people write them, and no work overwritten."""

from typing import Any, Final

from django import forms

from listings.models import Listing, Phone
from listings.values.phone import PhoneError, parse_phone

LOCKABLE: Final = (
    "name", "second_name", "provider", "description", "language", "website", "email",
    "opening_hours", "address", "point", *(f"phones:{role}" for role in Phone.Role.values),
)  # fmt: skip
"""What a merge asks for by name before it changes it (exchange.merge)."""


class ListingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Carries the version that the curator saw, so that what came in between is not undone."""

    locked_fields = forms.MultipleChoiceField(
        choices=[(name, name.replace("_", " ").replace(":", ": ")) for name in LOCKABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="No import may change what is ticked.",
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False, label="")

    class Meta:
        model = Listing
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = self.instance.version
        stored = self.instance.locked_fields
        # What is no list locks nothing, nor do names that no merge knows; a save leaves them out.
        self.initial["locked_fields"] = stored if isinstance(stored, list) else []

    def clean(self) -> dict[str, Any]:
        """Refuse a page that was opened before someone else, or an import, changed the listing."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.instance.pk:
            now = Listing.objects.values_list("version", flat=True).get(pk=self.instance.pk)
            if cleaned.get("seen_version") != now:
                raise forms.ValidationError(
                    "This listing was changed by someone else, or by an import, while you edited"
                    " it. Nothing was saved. Open it again and make your change there."
                )
        return cleaned


class PhoneForm(forms.ModelForm):  # type: ignore[type-arg]
    """Takes a number as people write it, with its extension."""

    number = forms.CharField(max_length=60, help_text="As people write it: (860) 555-0199 x12.")

    class Meta:
        model = Phone
        fields = ["number", "extension", "role"]

    def clean(self) -> dict[str, Any]:
        """Give number and extension as they are stored."""
        cleaned: dict[str, Any] = super().clean() or {}
        if typed := cleaned.get("number"):
            try:
                value = parse_phone(typed)
            except PhoneError as error:
                self.add_error("number", str(error))
            else:
                cleaned["number"] = value.number
                cleaned["extension"] = value.extension or cleaned.get("extension", "")
        return cleaned
