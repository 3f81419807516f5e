"""A form as a browser would send it back."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self._id, self._inside, self._select = form_id, False, ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = has.get("id") == self._id
        if not self._inside:
            return
        ticks = has.get("type") in ("checkbox", "radio") and "checked" not in has
        if tag == "input" and has.get("name") and not ticks:
            self.fields[has["name"]] = has.get("value", "")
        if tag == "select":
            self._select = has.get("name", "")
        first = self._select not in self.fields
        if tag == "option" and self._select and (first or "selected" in has):
            self.fields[self._select] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def fields_of(page: str, form_id: str) -> dict[str, str]:
    """Names and values of a form's fields, without its token and key."""
    form = _Form(form_id)
    form.feed(page)
    return {name: what for name, what in form.fields.items() if name not in ("csrf_token", "key")}
