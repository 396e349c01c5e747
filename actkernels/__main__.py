"""Command line: ``python -m actkernels demo`` and ``python -m actkernels info``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from actkernels.activation import ACTIVATIONS, Activation, get
from actkernels.config import config, show_config, version


def _activation(name: str) -> Activation:
    try:
        return get(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m actkernels", description="Activation functions for NumPy arrays.")
    parser.add_argument("--version", action="version", version=version())
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

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
    given = _parser().parse_args(arguments)
    if given.command == "info":
        _info(given.json)
        return 0
    from actkernels import demo

    try:
        demo.run(given.image, given.activation or [get(name) for name in demo.DEFAULT], given.output)
    except demo.Unusable as problem:
        print(f"actkernels demo: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
