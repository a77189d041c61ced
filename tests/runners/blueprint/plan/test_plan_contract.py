"""The contract is valid, says what the plan says, and its examples are true to it."""

import copy
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from planned_features import ALL, hostile, notes, suppliers, vulnerabilities, windows
from test_planning import planned

from backend_factory.domain.deliverable import Requirements
from backend_factory.runners.blueprint.plan.contract import contract

Make = Callable[[], Requirements]
Json = dict[str, Any]


@cache
def read(make: Make) -> Json:
    found: Json = yaml.safe_load(contract(planned(make())))
    return found


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def validator(document: Json, schema: Json) -> Draft202012Validator:
    whole = copy.deepcopy(schema) | {"components": document["components"]}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("make", ALL)
def test_it_is_valid_openapi(make: Make) -> None:
    assert list(OpenAPIV31SpecValidator(read(make)).iter_errors()) == []


@pytest.mark.parametrize("make", ALL)
def test_it_has_exactly_the_planned_routes(make: Make) -> None:
    routes = {(r.method, r.path, r.id) for r in planned(make()).routes}
    assert routes == {(method, path, operation["operationId"]) for method, path, operation in operations(read(make))}


@pytest.mark.parametrize("make", ALL)
def test_examples_are_true_to_their_schemas(make: Make) -> None:
    document = read(make)
    checked = 0
    for body in bodies(document):
        if "example" in body:
            errors = [error.message for error in validator(document, body["schema"]).iter_errors(body["example"])]
            assert errors == []
            checked += 1
    assert checked > len(document["paths"])


@pytest.mark.parametrize("make", ALL)
def test_strings_and_lists_are_bounded_and_objects_closed(make: Make) -> None:
    for schema in schemas(read(make)):
        if schema.get("type") == "string":
            assert "maxLength" in schema or "enum" in schema or schema.get("format") == "date-time", schema
        if schema.get("type") == "array":
            assert "maxItems" in schema
        if schema.get("type") in {"integer", "number"}:
            assert "minimum" in schema


@pytest.mark.parametrize("make", ALL)
def test_every_operation_says_how_it_refuses(make: Make) -> None:
    for _, _, operation in operations(read(make)):
        assert {"400", "401", "429", "500"} <= set(operation["responses"])


@pytest.mark.parametrize("make", ALL)
def test_nothing_in_it_is_unused(make: Make) -> None:
    document = read(make)
    text = str(document)
    for kind in ("schemas", "responses", "parameters", "headers"):
        for name in document["components"].get(kind, {}):
            assert f"'#/components/{kind}/{name}'" in text


@pytest.mark.parametrize("make", ALL)
def test_the_same_input_gives_the_same_bytes(make: Make) -> None:
    assert contract(planned(make())) == contract(planned(make()))


def test_a_body_without_a_required_field_or_with_an_unknown_one_is_refused() -> None:
    document = read(suppliers)
    create = validator(document, document["components"]["schemas"]["SupplierCreate"])
    good = {"vatNumber": "DE123456789", "email": "ada@example.com"}
    assert create.is_valid(good)
    assert not create.is_valid({"email": "ada@example.com"})
    assert not create.is_valid(good | {"colour": "red"})
    assert not create.is_valid(good | {"vatNumber": "DE1"})
    assert not create.is_valid(good | {"rating": 5.5})
    assert not create.is_valid(good | {"tags": ["a", "a"]})
    assert not create.is_valid(good | {"website": "ftp://example.com"})


def test_null_says_the_same_as_leaving_out() -> None:
    document = read(suppliers)
    schemas = document["components"]["schemas"]
    good = next(iter(document["paths"]["/suppliers"]["post"]["requestBody"]["content"].values()))["example"]
    create = validator(document, schemas["SupplierCreate"])
    assert create.is_valid(good | {"website": None})
    assert not create.is_valid(good | {"email": None})


def test_a_patch_takes_null_for_optional_fields_alone() -> None:
    document = read(suppliers)
    patch = validator(document, document["components"]["schemas"]["SupplierPatch"])
    assert patch.is_valid({"website": None})
    assert not patch.is_valid({"email": None})


def test_a_replacement_may_leave_out_what_cannot_change() -> None:
    document = read(suppliers)
    replace = validator(document, document["components"]["schemas"]["SupplierReplace"])
    assert replace.is_valid({"email": "ada@example.com"})
    assert not replace.is_valid({"vatNumber": "DE123456789"})


def test_lists_can_be_narrowed_and_sorted_as_planned() -> None:
    listed = read(windows)["paths"]["/maintenance-windows"]["get"]
    named = {p["name"]: p for p in listed["parameters"] if "name" in p}
    assert set(named) == {"sort", "owner", "assets", "state", "limitValue"}
    assert named["sort"]["schema"]["enum"] == [
        *("created", "-created", "updated", "-updated"),
        *("startsAt", "-startsAt", "owner", "-owner"),
    ]
    assert named["state"]["schema"]["enum"] == ["planned", "done"]


def test_a_reference_to_a_platform_record_is_a_platform_key() -> None:
    document = read(windows)
    assets = document["components"]["schemas"]["MaintenanceWindowCreate"]["properties"]["assets"]["anyOf"][0]
    item = validator(document, assets["items"])
    assert item.is_valid("#asset#example.com#web")
    assert not item.is_valid("#asset#example.com")
    assert assets["maxItems"] == 50


def test_a_batch_is_bounded_and_made_of_what_create_takes() -> None:
    document = read(vulnerabilities)
    batch = document["components"]["schemas"]["VulnerabilityBatch"]["properties"]["items"]
    assert (batch["minItems"], batch["maxItems"]) == (1, 100)
    assert batch["items"] == {"$ref": "#/components/schemas/VulnerabilityCreate"}


def test_parts_of_keys_hold_no_separator() -> None:
    document = read(vulnerabilities)
    name = document["components"]["schemas"]["VulnerabilityCreate"]["properties"]["name"]
    assert validator(document, name).is_valid("log4j")
    assert not validator(document, name).is_valid("log#4j")
    assert not validator(document, name).is_valid("log\u00074j")


def test_an_expression_that_json_schema_cannot_say_is_not_said() -> None:
    fields = read(hostile)["components"]["schemas"]["BatchRecordCreate"]["properties"]
    assert "allOf" not in fields["ttlValue"]
    assert "RE2" in fields["ttlValue"]["$comment"]


def test_choices_that_look_like_other_types_stay_strings() -> None:
    choices = read(hostile)["components"]["schemas"]["BatchRecordCreate"]["properties"]["match1Value"]["anyOf"][0]["enum"]
    assert choices == ["no", "0x1", "a: b", "- c", "<|>"]


def test_a_small_feature_has_a_small_contract() -> None:
    assert set(read(notes)["components"]["schemas"]) == {"Note", "NoteCreate", "Problem", "FieldError", "GatewayMessage"}


def bodies(part: Any) -> Iterator[Json]:
    if isinstance(part, dict):
        if "schema" in part:
            yield part
        for value in part.values():
            yield from bodies(value)
    elif isinstance(part, list):
        for value in part:
            yield from bodies(value)


def schemas(part: Any) -> Iterator[Json]:
    if isinstance(part, dict):
        if isinstance(part.get("type"), str):
            yield part
        for name, value in part.items():
            if name not in {"example", "securitySchemes"}:
                yield from schemas(value)
    elif isinstance(part, list):
        for value in part:
            yield from schemas(value)
