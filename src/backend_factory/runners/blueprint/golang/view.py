"""What the templates of an entity's code see: names, types and expressions, all of them valid Go."""

from dataclasses import dataclass

from backend_factory.domain.deliverable import EntityDesign, Plan
from backend_factory.domain.feature import Entity, Field, FieldType, OrderRule
from backend_factory.runners.blueprint.golang import names, parsers
from backend_factory.runners.blueprint.golang.literal import go_expression, go_scalar, go_string, words

MAX_KEY = 1024
"""Bytes of a sort key (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)."""


@dataclass(frozen=True)
class FieldView:
    """A field of the Go struct."""

    go: str
    wire: str
    kind: str
    """*string"""
    tag: str
    doc: str
    read: str
    """input.Required(object, "dns", input.Hostname)"""
    scalar: str
    """Go type of one value."""
    optional: bool
    """The Go field is a pointer, nil where the member is not given."""
    many: bool
    field: Field

    @property
    def value(self) -> str:
        """The value where it is given."""
        return f"*r.{self.go}" if self.optional else f"r.{self.go}"

    @property
    def given(self) -> str:
        """The condition that there is a value, or nothing where there always is one."""
        return f"r.{self.go} != nil" if self.optional else ""


@dataclass(frozen=True)
class OrderView:
    """A rule between two fields."""

    sound: str
    """"startsAt", "endsAt" """
    broken: str
    """r.StartsAt >= r.EndsAt"""
    later: str
    message: str


@dataclass(frozen=True)
class ParserView:
    """A parser with a name of its own, since members and parameters share it."""

    name: str
    scalar: str
    expression: str
    doc: str


@dataclass(frozen=True)
class PatternView:
    """A compiled expression."""

    name: str
    expression: str
    doc: str


@dataclass(frozen=True)
class EntityView:
    """An entity's fields and rules."""

    go: str
    label: str
    plural: str
    entity: Entity
    design: EntityDesign
    fields: tuple[FieldView, ...]
    parsers: tuple[ParserView, ...]
    patterns: tuple[PatternView, ...]
    orders: tuple[OrderView, ...]
    long_key: bool
    """A key may exceed what the table takes."""

    def field(self, name: str) -> FieldView:
        """The view of the field of that name; KeyError if there is none."""
        for each in self.fields:
            if each.field.name == name:
                return each
        raise KeyError(name)

    @property
    def key(self) -> tuple[FieldView, ...]:
        """The fields that identify a record; none where the service makes an id."""
        return tuple(self.field(name) for name in self.entity.key)


def entity(plan: Plan, one: Entity, taken: set[str]) -> EntityView:
    """The view of an entity; `taken` are the package's names so far, and gets those that are added."""
    design = plan.design(one.name)
    go = names.exported(design.go)
    known = frozenset(each.name for each in plan.model.entities)
    fields: list[FieldView] = []
    shared: list[ParserView] = []
    patterns: list[PatternView] = []
    for field in one.fields:
        member = names.member(design, field.name)
        pattern = _take(f"pattern{go}{member}", taken) if field.pattern is not None else ""
        if field.pattern is not None:
            patterns.append(
                PatternView(
                    pattern,
                    go_expression(f"^(?:{field.pattern})$"),
                    f"{pattern} is what a whole {words(field.label)} looks like.",
                )
            )
        expression = parsers.parser(field, known=known, key=field.name in one.key, pattern=pattern)
        if field.name in one.filters:
            name = _take(f"parse{go}{member}", taken)
            shared.append(
                ParserView(
                    name,
                    parsers.scalar(field),
                    expression,
                    f"{name} reads the {words(field.label)}, or a parameter that stands for it.",
                )
            )
            expression = name
        fields.append(_field(design, field, member, expression))
    made = EntityView(
        go=go,
        label=words(one.label),
        plural=words(one.plural),
        entity=one,
        design=design,
        fields=tuple(fields),
        parsers=tuple(shared),
        patterns=tuple(patterns),
        orders=(),
        long_key=sum(parsers.longest(one.field(name)) + 1 for name in one.key) + len(design.prefix) > MAX_KEY,
    )
    return EntityView(**{**made.__dict__, "orders": tuple(_order(made, rule) for rule in one.rules)})


def _take(name: str, taken: set[str]) -> str:
    found = names.free(name, taken)
    taken.add(found)
    return found


def _field(design: EntityDesign, field: Field, member: str, expression: str) -> FieldView:
    wire = names.wire(next(each.wire for each in design.fields if each.field == field.name))
    scalar = parsers.scalar(field)
    optional = not (field.many or field.required or field.default is not None)
    return FieldView(
        go=member,
        wire=wire,
        kind=f"[]{scalar}" if field.many else f"*{scalar}" if optional else scalar,
        tag=f'`json:"{wire},omitempty"`' if optional else f'`json:"{wire}"`',
        doc=_doc(field, member),
        read=_read(field, wire, expression),
        scalar=scalar,
        optional=optional,
        many=field.many,
        field=field,
    )


def _read(field: Field, wire: str, expression: str) -> str:
    name = go_string(wire)
    if field.many:
        function = "RequiredList" if field.required else "List"
        return f"input.{function}(object, {name}, {field.max_items}, {expression})"
    if field.default is not None:
        return f"input.Default(object, {name}, {go_scalar(field.default, field.type)}, {expression})"
    return f"input.{'Required' if field.required else 'Optional'}(object, {name}, {expression})"


FORMS = {
    FieldType.TIMESTAMP: ": RFC 3339 in UTC with milliseconds",
    FieldType.DATE: ": YYYY-MM-DD",
}


def _doc(field: Field, member: str) -> str:
    what = "lists the" if field.many else "is the"
    return f"{member} {what} {words(field.label)}{FORMS.get(field.type, '')}."


def _order(view: EntityView, rule: OrderRule) -> OrderView:
    earlier, later = view.field(rule.earlier), view.field(rule.later)
    mixed = earlier.scalar != later.scalar
    left, right = (f"float64({each.value})" if mixed and each.scalar == "int64" else each.value for each in (earlier, later))
    broken = [each.given for each in (earlier, later) if each.given] + [f"{left} {'>' if rule.or_equal else '>='} {right}"]
    times = later.field.type in (FieldType.TIMESTAMP, FieldType.DATE)
    comparison = ("not be before" if times else "be at least") if rule.or_equal else ("be after" if times else "be greater than")
    return OrderView(
        sound=f"{go_string(earlier.wire)}, {go_string(later.wire)}",
        broken=" && ".join(broken),
        later=later.wire,
        message=f"must {comparison} {earlier.wire}",
    )
