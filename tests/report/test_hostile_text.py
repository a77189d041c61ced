"""Whatever strangers write, a report shows it and does nothing else with it."""

import json
import re
from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_factory.domain.run import rebuild
from backend_factory.report import pull_request_body, read_account, render_html, render_json, render_markdown
from backend_factory.report.escape import block, code, inline
from backend_factory.testing.story import Story, delivered_run, hostile

PLAIN_RUN = delivered_run()
ATTACK = (
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}</pre></title></style>"
    "|| a | b |\n\n# heading\n```\n@everyone fixes #1 GH-2 [x](javascript:alert(1)) ![y](http://evil.example/a.png)"
    "<!-- \x1b]0;owned\x07\x1b[31m\u202e\x9b2J\x00 `code` https://evil.example www.evil.example"
)
poisons = st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | st.lists(
    st.sampled_from([*"<>&\"'|`@#[]()*_~\\\n\r\t\x1b\u202e", "<b>", "```", "{{", "&lt;"]), max_size=20
).map("".join)
quick = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Outline(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))


def outline(page: str) -> list[tuple[str, tuple[str, ...]]]:
    parser = Outline()
    parser.feed(page)
    parser.close()
    return parser.tags


def html_of(story: Story) -> str:
    events = tuple(story.events)
    return render_html(read_account(rebuild("r-1", events), events), dict.fromkeys(story.evidence, ATTACK))


def markdown_of(story: Story) -> tuple[str, str]:
    events = tuple(story.events)
    run = rebuild("r-1", events)
    return render_markdown(read_account(run, events), {}), pull_request_body(run, events)


def rows(markdown: str) -> list[int]:
    """Cells of each table row outside fenced blocks, by GitHub's rule: a bar without a backslash before it divides."""
    counts, fence = [], ""
    for line in markdown.splitlines():
        opening = re.match(r"`{3,}", line)
        if opening and (not fence or line == fence):
            fence = "" if fence else opening[0]
        elif not fence and line.startswith("|"):
            counts.append(len(re.findall(r"(?<!\\)\|", line)) - 1)
    return counts


@quick
@given(poisons)
def test_no_text_adds_a_tag_or_an_attribute_to_the_page(poison: str) -> None:
    assert outline(html_of(hostile(PLAIN_RUN, poison))) == outline(html_of(PLAIN_RUN))


def test_an_attack_stays_text_on_the_page() -> None:
    page = html_of(hostile(PLAIN_RUN, ATTACK))
    assert outline(page) == outline(html_of(PLAIN_RUN))
    assert "49" not in re.findall(r"{{ 7\*7 }}|49(?= raw)", page)
    assert not set("\x00\x1b\x9b\u202e") & set(page)


@quick
@given(poisons)
def test_no_text_breaks_a_table_of_markdown(poison: str) -> None:
    poisoned = hostile(PLAIN_RUN, poison)
    for plain_text, text in zip(markdown_of(PLAIN_RUN), markdown_of(poisoned), strict=True):
        assert rows(text) == rows(plain_text)


def test_an_attack_mentions_nobody_and_links_nowhere() -> None:
    for text in markdown_of(hostile(PLAIN_RUN, ATTACK)):
        shown = re.sub(r"(?ms)^(`{3,})text\n.*?^\1$", "", text)
        shown = shown.replace("\\`", "")
        shown = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", shown)
        assert not re.search(r"@\w|(?<!\n)#\d|GH-\d|://\w|www\.\w", shown)
        assert not re.search(r"(?<!\\)\[x|<script|<img|<!--", shown)
        assert not set("\x00\x1b\x9b\u202e") & set(text)


@quick
@given(poisons)
def test_nothing_ends_a_fenced_block_or_a_code_span(text: str) -> None:
    lines = block(text).split("\n")
    fence = lines[0].removesuffix("text")
    assert lines[-1] == fence
    assert not [line for line in lines[1:-1] if line.strip().startswith(fence)]
    span = code(text)
    ticks = re.match("`+", span)
    assert ticks
    assert span.endswith(ticks[0])
    assert len(re.findall(rf"(?<!`){ticks[0]}(?!`)", span)) == 2


@quick
@given(poisons)
def test_inline_text_stays_on_its_line_without_markup(text: str) -> None:
    line = inline(text)
    assert "\n" not in line
    assert "<" not in line
    assert not re.search(r"(?<!\\)(\\\\)*[|`\[*]", line.replace("\\\\", "")) or re.search(r"\\[|`\[*]", line)


def test_a_long_run_fits_into_the_code_hosts_limit() -> None:
    body = markdown_of(hostile(PLAIN_RUN, " words" * 3_000))[1]
    assert len(body) <= 65_536


@quick
@given(poisons)
def test_json_is_ascii_and_reads_back(poison: str) -> None:
    events = tuple(hostile(PLAIN_RUN, poison).events)
    text = render_json(read_account(rebuild("r-1", events), events), {})
    assert text.isascii()
    assert json.loads(text)["requested"]["text"].endswith(poison)
