"""Shorten a notebook's prose for a slide; the full text goes to the speaker's notes."""

import re
from dataclasses import dataclass, replace

KEEP_ALL = "all"
PREDICT = "**Predict"  # the beginning of a question for the audience

_FENCE = r"(?ms:^```.*?^```\s*?$)"
_FORMULA = r"(?s:\$\$.+?\$\$)"
# Parts that must not be split at a dot or an asterisk; meanwhile a character of Unicode's private area replaces each.
_WHOLE = re.compile(rf"({_FENCE}|{_FORMULA}|`[^`\n]+`|(?<!\\)\$[^$]+?(?<!\\)\$)")
_PRIVATE = 0xE000
_END = re.compile(r"[.!?][\"'”’)*_\]]*\s+(?=[\"'“(<*_\[A-Z0-9\uE000-\uF8FF])")
_ABBREVIATED = re.compile(r"\b(e\.g|i\.e|cf|vs|etc|al|Fig|No|St|Mr|Dr|[A-Z])\.$")


@dataclass(frozen=True)
class Piece:
    """A paragraph, list item, formula or another block of a Markdown text.

    Attributes:
        kind: `heading`, `text`, `item`, `formula`, `table`, `code` or `quote`.
        full: Its source.
        short: The part of it that a slide shows; may be empty.
        level: Level of a heading.
        leads: Whether it leads to the next piece: it ends in a question or a colon, or runs on.
    """

    kind: str
    full: str
    short: str
    level: int = 0
    leads: bool = False


def shorten(markdown: str, keep: list[str] | str | None = None) -> list[Piece]:
    """Split a Markdown text into pieces, and choose what a slide shows of each.

    A slide shows headings, formulas, tables, quotes and code blocks. It shows the first sentence of a paragraph or list
    item (and the second, if the first is a heading within the line, such as `**Zeros.**`), and every sentence that has
    **bold** words, explains a term (`<dfn>`), asks a question, or runs on into the next piece (with a colon at its
    end), but no sentence in brackets.

    Args:
        markdown: A cell's source, or a Markdown output.
        keep: Replaces this rule: parts of the sentences, formulas, tables and so on to show, or `"all"`.
    """
    return [_shortened(piece, keep) for piece in _pieces(markdown)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph; text in brackets or in bold is not split."""
    masked, whole = _mask(text)
    found, start = [], 0
    for match in _END.finditer(masked):
        sentence = masked[start : match.end()]
        if (
            sentence.count("(") <= sentence.count(")")
            and sentence.count("**") % 2 == 0
            and not _ABBREVIATED.search(masked[start : match.start() + 1])
        ):
            found.append(sentence)
            start = match.end()
    found.append(masked[start:])
    return [_unmask(sentence, whole).strip() for sentence in found if sentence.strip()]


def contains(text: str, wanted: str) -> bool:
    """Return whether a text contains another one, ignoring line breaks."""
    return " ".join(wanted.split()) in " ".join(text.split())


def _shortened(piece: Piece, keep: list[str] | str | None) -> Piece:
    if keep == KEEP_ALL or piece.kind == "heading":
        return replace(piece, short=piece.full)
    in_prose = piece.kind in ("text", "item")
    marker = re.match(r"\s*([-*+]|\d+[.)])(\s+|$)", piece.full)[0] if piece.kind == "item" else ""
    parts = sentences(piece.full.removeprefix(marker)) if in_prose else [piece.full]
    if isinstance(keep, list):
        chosen = [part for part in parts if any(contains(part, wanted) for wanted in keep)]
    else:
        chosen = _first_and_foremost(parts) if in_prose and parts else parts
    return replace(piece, short=marker + " ".join(chosen) if chosen else "")


def _first_and_foremost(parts: list[str]) -> list[str]:
    told = [part for part in parts if not part.startswith("(")]
    # By itself a heading within the line says nothing.
    begin = told[: 2 if told and re.fullmatch(r"\*\*(\S+ ){0,3}\S+\.\*\*", told[0]) else 1]
    last = parts[-1]
    return [
        part
        for part in parts
        if any(part is one for one in begin)
        or re.search(r"\*\*[^*]+\*\*|<dfn", part)
        or re.search(r"\?[\"”*]*$", part)
        or (part is last and not re.search(r"[.!?)][\"”*)]*$", part))
    ]


def _pieces(markdown: str) -> list[Piece]:
    from markdown_it import MarkdownIt

    masked, whole = _mask(markdown)
    lines = masked.splitlines()
    pieces, lists = [], 0
    for token in MarkdownIt("commonmark").enable("table").parse(masked):
        lists += {"bullet_list_open": 1, "ordered_list_open": 1, "bullet_list_close": -1, "ordered_list_close": -1}.get(
            token.type, 0
        )
        block = "\n".join(lines[slice(*token.map)]).rstrip() if token.map else ""
        if lists == 1 and token.level == 1 and token.type == "list_item_open":  # not of a list within a quote
            pieces.append(_prose("item", block, whole))
        elif token.level or token.nesting < 0:
            continue
        elif token.type == "heading_open":
            level = int(token.tag[1])
            pieces.append(Piece("heading", _unmask(block.lstrip("#").strip(), whole), "", level))
        elif token.type == "paragraph_open":
            pieces += _paragraph(block, whole)
        elif token.type == "table_open":
            pieces.append(Piece("table", _unmask(block, whole), ""))
        elif token.type in ("fence", "code_block"):
            pieces.append(Piece("code", _unmask(block, whole), ""))
        elif token.type in ("blockquote_open", "html_block"):
            pieces.append(Piece("quote", _unmask(block, whole), ""))
    return pieces


def _paragraph(block: str, whole: list[str]) -> list[Piece]:
    """Return a paragraph as pieces: the formulas and code blocks between its lines are separate ones."""
    found = []
    for part in re.split(r"([\uE000-\uF8FF])", block):
        kept = whole[ord(part) - _PRIVATE] if re.fullmatch(r"[\uE000-\uF8FF]", part) else ""
        if kept.startswith("```"):
            found.append(Piece("code", kept, ""))
        elif kept.startswith("$$"):
            found.append(Piece("formula", kept, ""))
        elif found and found[-1].kind == "text":
            found[-1] = replace(found[-1], full=found[-1].full + part)
        else:
            found.append(Piece("text", part, ""))
    return [
        _prose("text", piece.full.strip(), whole) if piece.kind == "text" else piece
        for piece in found
        if piece.full.strip()
    ]


def _prose(kind: str, masked: str, whole: list[str]) -> Piece:
    leads = masked.startswith(PREDICT) or not re.search(r"[.!)][\"”*)]*$", masked)
    return Piece(kind, _unmask(masked, whole), "", leads=leads and kind == "text")


def _mask(text: str) -> tuple[str, list[str]]:
    whole: list[str] = []

    def hide(match: re.Match) -> str:
        whole.append(match[0])
        return chr(_PRIVATE + len(whole) - 1)

    return _WHOLE.sub(hide, text), whole


def _unmask(text: str, whole: list[str]) -> str:
    return re.sub(r"[\uE000-\uF8FF]", lambda match: whole[ord(match[0]) - _PRIVATE], text)
