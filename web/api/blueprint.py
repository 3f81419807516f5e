"""A blueprint whose arguments are refused in the house's own shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import orjson
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from web.http.errors import Invalid


class Parser(FlaskParser):
    """Malformed JSON and wrong fields alike are `invalid`, with the fields as facts."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - the library's way
        "json": RAISE,
        "query": RAISE,
    }

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        messages = error.messages if isinstance(error.messages, dict) else {}
        fields: dict[str, Any] = {}
        for place in messages.values():  # webargs puts json or query around them
            fields |= place if isinstance(place, dict) else {"_": place}
        raise Invalid(**fields)

    def load_json(self, req: Any, _: Any) -> Any:
        """A body of another kind is not taken for an empty one.

        Read strictly: half a surrogate or a number of a thousand digits can be written nowhere.
        """
        if req.content_length and not req.is_json:
            raise UnsupportedMediaType
        if not req.is_json or not req.get_data():
            return missing
        try:
            return orjson.loads(req.get_data())
        except orjson.JSONDecodeError:
            raise Invalid(_=["JSON"]) from None


View = TypeVar("View", bound=Callable[..., Any])


class ApiBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest ships no types
    ARGUMENTS_PARSER = Parser()

    if TYPE_CHECKING:  # what its decorators are, which flask-smorest leaves open

        def get(self, rule: str, **options: Any) -> Callable[[View], View]: ...

        def post(self, rule: str, **options: Any) -> Callable[[View], View]: ...

        def doc(self, **options: Any) -> Callable[[View], View]: ...

        def response(
            self, status: int, schema: type[Schema], **options: Any
        ) -> Callable[[View], View]: ...

        def arguments(
            self, schema: type[Schema], **options: Any
        ) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
