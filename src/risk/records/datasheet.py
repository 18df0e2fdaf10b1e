"""The datasheet: what people should know of a cohort before they use it, written with the data.

Everything in it follows from the manifest, so that the same cohort always has the same datasheet: it holds
no day or time of making. Gebru et al. (2021), Communications of the ACM 64(12):86-92.
"""

import json
from typing import Any, Final

from risk.core.kinds import INVENTED

TRUTH_WARNING: Final = (
    "What happened, noticed or not. It is there only because the children are invented: for teaching, and\n"
    "for judging a model; never to be given to a model as an input."
)
CALIBRATED: Final = (
    "Its rates were tuned to published national figures. What has no\npublished figure is an assumption."
)
NOT_CALIBRATED: Final = (
    "It is not calibrated: its rates are assumptions, and no rate in\nthe data is an estimate of a real one."
)


def warning() -> str:
    """Return the text of `truth/WARNING.md`."""
    return (
        "# Nobody could have known all that is in this folder\n\n"
        f"{TRUTH_WARNING}\n\n"
        "What professionals knew is in `../record/`: what was noticed, written down and shared. A model\n"
        "that reads this folder to predict is cheating.\n"
    )


def datasheet(manifest: dict[str, Any]) -> str:
    """Return the text of `DATASHEET.md` for a manifest."""
    synthetic, made = manifest["synthetic"], manifest["synthetic"]["made"]
    rows = {r["name"].replace("-", "/", 1): r["rows"] for r in manifest["resources"]}
    tables = "\n".join(f"| `{table}` | {n:,} |" for table, n in rows.items())
    return f"""# Datasheet: {manifest["name"]}

{INVENTED}

## Why it was made

To teach and to study one question: by which day did what several agencies had written down, put together,
support an assessment? No record of a real family was used.

## What is in it

{made["households"]:,} invented households, from {made["from_on"]} up to, and not including, {made["to_on"]}.

| table | rows |
|---|---:|
{tables}

`record/` is what professionals wrote down.

`truth/`: {TRUTH_WARNING[0].lower()}{TRUTH_WARNING[1:]}

Names are invented, and carry their household's number so that nobody takes them for real. There are no
addresses, postcodes, telephone numbers, e-mail addresses or pupil numbers. `area` is a number, not a place.

## How it was made

By {synthetic["generator"]} from the scenario `{made["scenario"]}`, seed {made["seed"]}.
The scenario's SHA-256 is `{made.get("scenario_sha256", "not known")}`.
{CALIBRATED if made["calibrated"] else NOT_CALIBRATED}
{_differences(made)}
`risk describe {made["scenario"]}` lists every assumption with its unit and source. The same scenario, seed,
households and years give the same content on any machine, in any number of partitions. `datapackage.json`
holds the hashes of the content and of the files; `risk verify` checks them.

## What it must not be used for

- A decision about a real child, family, worker or service. Nothing made from it has been validated on any.
- Training or judging a tool that is meant for such decisions.
- A statement of how often anything happens, in general or in one group of people.

## Known limits

- Families differ only in what the scenario has words for. Unless it says so, `ethnicity`, `sex` and
  `disability` change nothing in what happens to a child or how services answer: the data cannot show whether
  a model is fair to real groups.
- Records are tidier than real ones: one number and one name a child, no event in another family's file.
- What agencies notice, and how services answer, follows stated rules. People do not.

## Who keeps it

Nobody changes a cohort. Another version of the package, or another scenario, makes another one, with other
hashes. A fault in it is a fault of the generator, and is mended there.
"""


def _differences(made: dict[str, Any]) -> str:
    """Return what a scenario changes of the shipped one below it, a row each; nothing for one as it is."""
    base = made["scenario_values"].get("base")
    if not base:
        return "\nIt changes no shipped scenario: every assumption in it is its own.\n"
    if not made["differences"]:
        return "" if base == made["scenario"] else f"\nIt is `{base}` under another name: nothing differs.\n"
    rows = [
        f"| `{name}` | {json.dumps(of['base'])} | {json.dumps(of['value'])} | {_cell(of['source'])} |"
        for name, of in made["differences"].items()
    ]
    head = f"| assumption | in `{base}` | here | source |\n|---|---|---|---|"
    return "\n".join([f"\nIt differs from the shipped scenario `{base}`:\n", head, *rows, ""])


def _cell(text: str) -> str:
    """Return a text as a cell of a table, on one line, with nothing in it that is markup."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in " ".join(text.split()))
