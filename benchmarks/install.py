"""How large an install is: the wheel with what it needs, by uv and by pip, without and with JupyterLab.

    uv run python benchmarks/install.py [extra ...]

Builds the wheel and installs it into empty environments, once without extras and once with each that is
named (lab if none is). MB are those of `du -sm`. pip also compiles every module, which uv leaves to the first
import; that is `__pycache__`. pip and setuptools, which `python -m venv` brings, have a column of their own.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
OF_PIP = ("pip", "setuptools", "pkg_resources", "_distutils_hack")
LARGEST = 8


def megabytes(paths: Iterable[Path]) -> float:
    """Return what files take on the disk; a folder's are all that are in it."""
    files = {file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))}
    return sum(file.lstat().st_blocks for file in files) * 512 / 2**20


def installed(with_pip: bool, wheel: str, at: Path) -> Path:
    """Return the folder of packages of a new environment that holds a wheel and what it needs."""
    if with_pip:
        subprocess.run([sys.executable, "-m", "venv", at], check=True)
        subprocess.run([at / "bin" / "pip", "install", "--quiet", wheel], check=True)
    else:
        subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, at], check=True)
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", at, wheel], check=True)
    return next(at.glob("lib/python*/site-packages"))


def main(*extras: str) -> None:
    """Print a line an environment, and the largest packages of the first."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["uv", "build", "--quiet", "--wheel", "--out-dir", folder, ROOT], check=True)
        wheel = str(next(Path(folder).glob("*.whl")))
        print(f"{'':24}{'all':>8}{'pip itself':>12}{'__pycache__':>13}")
        for extra in ("", *(extras or ("lab",))):
            for with_pip in (False, True):
                name = f"{'pip' if with_pip else 'uv'}{extra and f', [{extra}]'}"
                at = Path(folder) / name.replace(", ", "_")
                packages = installed(with_pip, f"{wheel}[{extra}]" if extra else wheel, at)
                own = megabytes(packages / of for of in OF_PIP if (packages / of).exists())
                compiled = megabytes(packages.rglob("__pycache__"))
                print(f"{name:24}{megabytes([at]):8.0f}{own:12.0f}{compiled:13.0f}", flush=True)
        sizes = sorted(((megabytes([p]), p.name) for p in Path(folder, "uv").glob("lib/*/*/*")), reverse=True)
        print("largest: " + ", ".join(f"{name} {size:.0f}" for size, name in sizes[:LARGEST]))


if __name__ == "__main__":
    main(*sys.argv[1:])
