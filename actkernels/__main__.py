"""Command line: ``python -m actkernels`` with ``demo``, ``plot``, ``gallery``, ``bench`` or ``info``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from actkernels import benchmark, pool
from actkernels.activation import ACTIVATIONS, Activation, get
from actkernels.config import config, show_config, version


def _activation(name: str) -> Activation:
    try:
        return get(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number, at least 1, not {text}")
    return int(text)


def _parameter(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    try:
        if not equals:
            raise ValueError
        return name.strip(), float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"as in alpha=0.3, not {text!r}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m actkernels", description="Activation functions for NumPy arrays.")
    parser.add_argument("--version", action="version", version=version())
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    demo = commands.add_parser("demo", help="activate a photograph, forward and backward, and draw it")
    demo.add_argument("image", nargs="?", type=Path, metavar="IMAGE", help="JPEG, PNG, ... (default: a portrait)")
    demo.add_argument(
        "--activation",
        action="append",
        type=_activation,
        metavar="NAME",
        help="may be given several times (default: relu, logistic, elu)",
    )
    demo.add_argument(
        "--output",
        type=Path,
        metavar="FILE.png",
        default=Path("actkernels-demo.png"),
        help="the picture to write (default: %(default)s)",
    )

    plot = commands.add_parser("plot", help="draw activations and their gradients")
    plot.add_argument("activations", nargs="+", type=_activation, metavar="NAME", help="one picture each")
    plot.add_argument(
        "--param",
        action="append",
        type=_parameter,
        default=[],
        metavar="NAME=VALUE",
        help="of those activations that have it; may be given several times",
    )
    gallery = commands.add_parser("gallery", help="draw all activations on one sheet, by families")
    for drawing in (plot, gallery):
        drawing.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help="the picture to write, .png, .svg, .pdf, ... (default: actkernels-plot.png or -gallery.png)",
        )
        drawing.add_argument("--show", action="store_true", help="open a window; a file is written where --output is")

    bench = commands.add_parser("bench", help="measure how fast the activations are on this machine")
    bench.add_argument("activations", nargs="*", type=_activation, metavar="NAME", help="which (default: all)")
    bench.add_argument("--dtype", choices=("float16", "float32", "float64"), default="float32")
    bench.add_argument(
        "--size", type=_count, default=benchmark.SIZE, metavar="N", help="elements (default: %(default)s)"
    )
    bench.add_argument("--threads", type=_count, metavar="N", help="at most so many (default: as at any time)")
    bench.add_argument("--json", action="store_true", help="for programs")

    info = commands.add_parser("info", help="show versions, CPU levels and the activations")
    info.add_argument("--json", action="store_true", help="for programs")
    return parser


def _info(as_json: bool) -> None:
    if as_json:
        rows = {
            name: {
                "definition": activation.definition,
                "params": dict(activation.params),
                "saves": activation.saves,
                "aliases": activation.aliases,
                "max_ulp": activation.max_ulp._asdict(),
            }
            for name, activation in ACTIVATIONS.items()
        }
        print(json.dumps(config() | {"activations": rows}, indent=2))
        return
    show_config()
    print(f"\n{'activation':15} {'saves':7} {'parameters':22} definition")
    for name, activation in ACTIVATIONS.items():
        params = ", ".join(f"{key}={value:.4g}" for key, value in activation.params.items())
        print(f"{name:15} {activation.saves:7} {params:22} {activation.definition}")


def _draw(given: argparse.Namespace) -> None:
    from actkernels import pictures

    if given.command == "gallery":
        figure = pictures.gallery(show=given.show)
    else:
        figure = pictures.plot(pictures.with_params(given.activations, dict(given.param)), show=given.show)
    output = given.output or (None if given.show else Path(f"actkernels-{given.command}.png"))
    if output:
        pictures.save(figure, output)
        print(f"wrote {output}")
    if given.show:
        pictures.show()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.

    Returns
    -------
    int
        The exit status: 0, or 2 if something that the user gave cannot be used.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help(sys.stderr)
        return 2
    if given.command == "info":
        _info(given.json)
        return 0
    if given.command == "bench":
        with pool.threads(given.threads or pool.get_num_threads()):
            found = benchmark.run(given.activations or None, given.dtype, given.size)
        print(json.dumps(found, indent=2) if given.json else benchmark.table(found))
        return 0
    from actkernels import demo

    try:
        if given.command == "demo":
            demo.run(given.image, given.activation or [get(name) for name in demo.DEFAULT], given.output)
        else:
            _draw(given)
    except (demo.Unusable, ImportError) as problem:
        print(f"actkernels {given.command}: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # who reads has seen enough, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
