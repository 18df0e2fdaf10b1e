"""Broken files by the thousand: every one is read, or refused with a clear message, quickly and in little memory.

python tests/fuzz_chronology.py 12000      reads so many made-up files, and says what became of them
python tests/fuzz_chronology.py --worst    reads the worst that are known, and says what each one cost
"""

import collections
import io
import random
import re
import resource
import string
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from documents import o_row, ods
from risk.chronologies.case import read_case, read_chronology
from risk.chronologies.synonyms import HEADINGS, LABELS, words_of
from risk.chronologies.template import as_csv, as_workbook, empty_template
from risk.chronologies.template_in_word import as_document
from risk.core.errors import InputError
from sheets import HEADER, MAIN, ROWS, package, sheet, text_cell

MOST_SECONDS = 5
MOST_MEGABYTES = 500
MOST_IN_MESSAGE = 8_000
BATCH = 500
GOOD_BOOK = as_workbook(empty_template())
CSV_HEAD = ",".join(HEADER) + "\n"
GOOD_CSV = as_csv(empty_template())
GOOD_DOCUMENT = as_document(empty_template())
GOOD_ODS = ods(o_row(*HEADER), *[o_row("13/06/2014", "School", "Hunger", f"No lunch {i}") for i in range(3)])
GOOD = (
    (".xlsx", GOOD_BOOK),
    (".xlsx", package()),
    (".csv", GOOD_CSV),
    (".docx", GOOD_DOCUMENT),
    (".ods", GOOD_ODS),
)
DATES = [
    "13/06/2014",
    "about 2013",
    "between March 2012 and 2013",
    "41803",
    "w/c 9 June 2014",
    "99/99/9999",
    "?",
]

words = st.sampled_from(sorted({text for noun in LABELS for text in words_of(noun)}) + DATES)
odd = st.text(st.characters(codec="utf-8"), max_size=40)
cells = st.one_of(
    words, odd, st.sampled_from(["", '"', "=1+1", "'=x", "\0", "x" * 40_000, "-1", "1e999", "NaN", "٣"])
)
entry = st.tuples(
    *(st.sampled_from(DATES[:5]), st.just(""), st.just(""), st.sampled_from(sorted(words_of("agency")))),
    *(st.sampled_from(sorted(words_of("kind"))), odd),
).map(list)
rows = st.one_of(st.lists(st.lists(cells, max_size=8), max_size=12), st.lists(entry, min_size=1, max_size=6))
encodings = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "cp437", "utf-7"]
)


@st.composite
def csv_files(draw):
    """Rows under a header that is more or less one, in some encoding, between some separator."""
    header = draw(
        st.one_of(st.just(list(HEADINGS)), st.just(list(HEADINGS.values())), st.lists(cells, max_size=20))
    )
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    quote = draw(st.booleans())
    lines = [[f'"{c}"' if quote else c for c in row] for row in [header, *draw(rows)]]
    text = draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"])).join(separator.join(row) for row in lines)
    return draw(st.sampled_from([".csv", ".xlsx", ".txt"])), text.encode(draw(encodings), "replace")


@st.composite
def damaged_files(draw):
    """A good file with bytes changed, cut out, repeated or cut off."""
    suffix, good = draw(st.sampled_from(GOOD))
    data = bytearray(good)
    dice = draw(st.randoms(use_true_random=False))
    for _ in range(draw(st.integers(1, 30))):
        at = dice.randrange(len(data) or 1)
        action = dice.randrange(4)
        if action == 0:
            data[at : at + 1] = bytes([dice.randrange(256)])
        elif action == 1:
            del data[at : at + dice.randrange(1, 200)]
        elif action == 2:
            data[at:at] = data[at : at + dice.randrange(1, 500)]
        else:
            data[at:at] = dice.randbytes(dice.randrange(1, 20))
    return suffix, bytes(data[: draw(st.one_of(st.none(), st.integers(0, len(data))))])


ATTRIBUTES = [
    "A1",
    "XFD1048576",
    "B2",
    "-1",
    "A0",
    "ZZZ9",
    "1",
    "",
    "s",
    "str",
    "b",
    "e",
    "d",
    "n",
    "9" * 30,
    "é",
]


@st.composite
def elements(draw, depth: int = 0):
    """XML of the kind that sheets are made of, in places where it does not belong."""
    tag = draw(
        st.sampled_from(["row", "c", "v", "is", "t", "f", "mergeCell", "si", "rPh", "xf", "x:c", "sheetData"])
    )
    names = draw(
        st.lists(st.sampled_from(["r", "s", "t", "ref", "numFmtId", "x:r"]), unique=True, max_size=3)
    )
    attributes = "".join(f' {name}="{draw(st.sampled_from(ATTRIBUTES))}"' for name in names)
    text = draw(
        st.sampled_from(
            ["", "1", "41803", "-5", "1e400", "nan", "Date", "School", "2014", "&amp;", "&x;", "<", "_x0000_"]
        )
    )
    inside = draw(st.lists(elements(depth + 1), max_size=3)) if depth < 4 else []
    return f"<{tag}{attributes}>{text}{''.join(inside)}</{tag}>"


@st.composite
def strange_books(draw):
    """A workbook of which one part holds what no part should."""
    body = "".join(draw(st.lists(elements(), max_size=6)))
    name = draw(
        st.sampled_from(
            [
                "xl/worksheets/sheet1.xml",
                "xl/sharedStrings.xml",
                "xl/styles.xml",
                "xl/workbook.xml",
                "xl/_rels/workbook.xml.rels",
            ]
        )
    )
    content = draw(
        st.sampled_from(
            [
                *(
                    sheet(ROWS + body),
                    sheet(body),
                    sheet(ROWS, after=body),
                    sheet(body + ROWS),
                    body,
                    "",
                    None,
                ),
                f'<sst xmlns="{MAIN}">{body}</sst>',
                f"<styleSheet><cellXfs>{body}</cellXfs></styleSheet>",
                sheet(ROWS, before='<!DOCTYPE x [<!ENTITY x "x">]>'),
                sheet(ROWS).encode("utf-16"),
            ]
        )
    )
    compression = draw(
        st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    )
    return ".xlsx", package({name: content}, compression=compression)


@st.composite
def mutated_packages(draw):
    """A good Word document or OpenDocument spreadsheet whose XML is changed, and packed again whole."""
    suffix, good = draw(st.sampled_from([(".docx", GOOD_DOCUMENT), (".ods", GOOD_ODS)]))
    dice = draw(st.randoms(use_true_random=False))
    data = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good)) as before,
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name).decode("utf-8", "replace")
            if name in ("word/document.xml", "content.xml"):
                content = mutated(content, dice, draw(st.integers(1, 8)))
            after.writestr(name, content)
    return suffix, data.getvalue()


IN_TAGS = (
    *("<w:tbl>", "</w:tbl>", "<w:tr>", "<w:tc>", '<w:gridSpan w:val="-1"/>', '<w:gridSpan w:val="99999"/>'),
    *("<w:vMerge/>", '<w:vMerge w:val="restart"/>', "<w:strike/>", "<w:del>", "<w:br/>", "<table:table-row>"),
    *('<table:table-cell table:number-columns-repeated="20000"/>', "<text:p>", "<office:annotation>"),
    *('<table:table-column table:number-columns-repeated="9" table:visibility="collapse"/>', "&amp;", "&x;"),
)


def mutated(content: str, dice: random.Random, n: int) -> str:
    """Return XML with so many elements left out, doubled, put elsewhere, or with another number in them."""
    pieces = re.split(r"(<[^>]*>)", content)
    for _ in range(n):
        at, action = dice.randrange(len(pieces)), dice.randrange(5)
        if action == 0:
            del pieces[at]
        elif action == 1:
            pieces.insert(at, pieces[dice.randrange(len(pieces))])
        elif action == 2:
            pieces.insert(at, dice.choice(IN_TAGS))
        elif action == 3:
            pieces[at] = re.sub(
                r"\d+", lambda _: str(dice.choice([0, -1, 7, 2**20, 10**30])), pieces[at], count=1
            )
        else:
            pieces[at] = dice.choice([*DATES, "x" * 40_000, "\u202e", ""])
    return "".join(pieces) or " "


files = st.one_of(
    *(csv_files(), damaged_files(), strange_books(), mutated_packages()),
    st.tuples(st.just(".csv"), st.binary(max_size=300)),
)


def outcome(suffix: str, data: bytes, folder: Path) -> str:
    """Read a file as the command line does; return what came of it. Anything but InputError is a failure."""
    path = folder / f"fuzzed{suffix}"
    path.write_bytes(data)
    began = time.monotonic()
    try:
        read_case(str(path))
        came = "read"
    except InputError as mistake:
        message = str(mistake)
        assert 20 < len(message) < MOST_IN_MESSAGE, message[:200]
        assert "Traceback" not in message
        came = "problems listed" if ", cell " in message or " problems\n" in message else "refused"
    try:
        assert all(len(str(problem)) < 1_000 for problem in read_chronology(str(path)).problems[:50])
    except InputError:
        assert came == "refused"
    assert time.monotonic() - began < MOST_SECONDS, suffix
    path.unlink()
    assert not list(folder.iterdir())
    return came


def worst() -> dict[str, tuple[str, bytes]]:
    """Files made to cost as much as they can, each by its own way."""
    head = f'<row r="1">{"".join(text_cell(f"{c}1", t) for c, t in zip("ABCD", HEADER, strict=True))}</row>'
    million = "".join(f'<row r="{r}"><c r="A{r}"><v>2014</v></c></row>' for r in range(2, 1_048_577))
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(10))
    page = "xl/worksheets/sheet1.xml"
    long = "x" * 8_000_000
    digits = random.Random(1)
    return {
        "one part of 360 MB": (".xlsx", package({page: sheet(ROWS + "<row/>" * 60_000_000)})),
        "every part nearly full": (".xlsx", package({page: sheet(ROWS + " " * 15_000_000)})),
        "1,048,576 rows": (".xlsx", package({page: sheet(head + million)})),
        "1,048,576 empty rows": (".xlsx", package({page: sheet(ROWS + "<row/>" * 1_048_576)})),
        "16,384 columns": (".xlsx", package({page: sheet(head + '<row r="2">' + "<c><v>2014</v></c>" * 16_384 + "</row>")})),
        "16,384 columns of headings": (".xlsx", package({page: sheet(('<row>' + '<c t="inlineStr"><is><t>Date</t></is></c>' * 16_384 + "</row>") * 10)})),
        "opposite corners": (".xlsx", package({page: sheet(head + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')})),
        "a cell of 8 million letters": (".xlsx", package({page: sheet(head + f'<row r="2">{text_cell("A2", long)}</row>')})),
        "500,000 texts": (".xlsx", package({"xl/sharedStrings.xml": "<sst>" + "<si><t>abcdefgh</t></si>" * 249_000 + "</sst>"})),
        "a million laughs": (".xlsx", package({page: sheet(ROWS, before=f"<!DOCTYPE l [{laughs}]>")})),
        "an external entity": (".xlsx", package({page: sheet(ROWS, before='<!DOCTYPE x SYSTEM "file:///etc/passwd">')})),
        "nested a million deep": (".xlsx", package({page: sheet("<a>" * 1_000_000)})),
        "900,000 attributes": (".xlsx", package({page: sheet("<row " + " ".join(f'a{i}="1"' for i in range(900_000)) + "/>")})),
        "2,000 merged cells over everything": (".xlsx", package({page: sheet(head + "".join(f'<row r="{r}"><c r="A{r}"><v>2014</v></c></row>' for r in range(2, 2000)), after='<mergeCell ref="A2:XFD1048576"/>' * 2000)})),
        "bzip2": (".xlsx", package({page: sheet(ROWS + " " * 15_000_000)}, compression=zipfile.ZIP_BZIP2)),
        "90,000 empty parts": (".xlsx", many_parts(90_000)),
        "a size that lies": (".xlsx", lying(package({page: sheet(ROWS + "<row/>" * 2_000_000)}))),
        "5 MB of commas": (".csv", CSV_HEAD.encode() + b"," * 5_000_000),
        "5 MB in one row": (".csv", CSV_HEAD.encode() + b"12345," * 800_000),
        "2 million rows": (".csv", CSV_HEAD.encode() + b"a\n" * 2_000_000),
        "5 million empty rows": (".csv", CSV_HEAD.encode() + b"\n" * 5_000_000),
        "5 MB in one cell": (".csv", CSV_HEAD.encode() + b'"' + b"a" * 5_000_000),
        "28,000 problems": (".csv", (",".join(HEADINGS) + "\n" + "".join(",".join("".join(digits.choices(string.ascii_letters, k=140)) for _ in HEADINGS) + "\n" for _ in range(2000))).encode()),
        "6 MB of text": (".csv", b"a" * 6_000_000),
        "11 MB": (".xlsx", b"PK" * 5_500_000),
        "100,000 names of columns": (".csv", b"date," * 100_000),
        "quotation marks": (".csv", b'"' * 4_999_999),
        "emoji": (".csv", (CSV_HEAD + "2014,School,Hunger,😀\n" * 100 + "😀" * 1_200_000).encode()),
    }  # fmt: skip


def many_parts(n: int) -> bytes:
    """Return a workbook with so many parts beside its own, at less than 10 MB."""
    return package({f"{i:x}": "" for i in range(n)}, compression=zipfile.ZIP_STORED)


def lying(data: bytes) -> bytes:
    """Return a package whose every part says that it holds a hundred bytes."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset : at + offset + 4] = struct.pack("<I", 100)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def cost(path: Path) -> tuple[str, float, int]:
    """Return what a process of its own says of a file, its seconds and its most megabytes above an idle one."""
    code = (
        "import sys, time\n"
        "from risk.chronologies.case import read_case\n"
        "from risk.core.errors import InputError\n"
        "read_case('norfolk_review')\n"
        "def most(): return next(int(l.split()[1]) for l in open('/proc/self/status') if l.startswith('VmHWM'))\n"
        "before, began = most(), time.monotonic()\n"
        "try:\n    read_case(sys.argv[1]); came = 'read'\n"
        "except InputError as mistake: came = str(mistake).replace(sys.argv[1], 'FILE')[:90].splitlines()[0]\n"
        "after = most()\n"
        "print(f'{time.monotonic() - began:.2f}', after // 1024, (after - before) // 1024, came)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr[-2000:]
    seconds, megabytes, more, came = ran.stdout.split(maxsplit=3)
    return f"{more:>5} {came.strip()}", float(seconds), int(megabytes)


def main() -> None:
    """Read so many files, or the worst ones, and print what came of them."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if sys.argv[1:] == ["--worst"]:
            too_much = []
            print("seconds  MB in all  MB more  file: what came of it")
            for name, (suffix, data) in worst().items():
                path = folder / f"worst{suffix}"
                path.write_bytes(data)
                came, seconds, megabytes = cost(path)
                print(
                    f"{seconds:7.2f}  {megabytes:9}  {came[:5]:>7}  {name} ({len(data):,} bytes):{came[5:]}"
                )
                too_much += [name] if seconds > MOST_SECONDS or megabytes > MOST_MEGABYTES else []
            assert not too_much, too_much
            return
        came, n = collections.Counter(), int(sys.argv[1])
        began = time.monotonic()
        for batch in range(-(-n // BATCH)):  # so that what Hypothesis remembers does not add up

            @seed(batch)
            @settings(
                max_examples=BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck)
            )
            @given(files)
            def survive(file: tuple[str, bytes]) -> None:
                came[outcome(*file, folder)] += 1

            survive()
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{came.total():,} files in {time.monotonic() - began:.0f} s, at most {most} MB: {dict(came)}")


if __name__ == "__main__":
    main()
