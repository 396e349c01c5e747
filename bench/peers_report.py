"""docs/speed.md and its charts, from what bench/peers.py measured: ``python bench/peers.py --docs``."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import timed
from peers import DTYPES, RESULTS, Cell, fastest

import actkernels as ak

ROOT = RESULTS.parent.parent.parent
PAGE = ROOT / "docs" / "speed.md"
ACCURACY = RESULTS.parent / "peers_accuracy.json"
PASSES = {"out": "forward into `out`", "new": "forward into a new array", "backward": "backward in place"}

Cells = dict[Cell, dict[str, float]]


def cells_of(results: dict[str, Any]) -> Cells:
    """The cells in which there is a peer."""
    found = {}
    for key, times in results["cells"].items():
        row, dtype, which, size, threads = key.split()
        if fastest(times):
            found[row, dtype, which, int(size), int(threads)] = times
    return found


def ratio(times: dict[str, float], peer: str | None = None) -> float:
    """How many times as long a peer takes as we do, by default the fastest."""
    return times[peer or fastest(times)] / times["ours"]


def too_inaccurate(accuracy: dict[str, Any]) -> set[tuple[str, str]]:
    """Rows and peers that exceed our bound forward in float32."""
    found = set()
    for row, measured in accuracy["rows"].items():
        bound = ak.ACTIVATIONS[row].max_ulp.float32
        for peer in set(measured) & set(accuracy["libraries"]):
            errors = [sample["normal"] for key, sample in measured[peer].items() if key != "missed"]
            if any(error and (isinstance(error["ulp"], str) or error["ulp"] > bound) for error in errors):
                found.add((row, peer))
    return found


def known(accuracy: dict[str, Any]) -> set[tuple[str, str]]:
    """Rows and peers whose accuracy was measured."""
    return {(row, peer) for row, found in accuracy["rows"].items() for peer in found}


def fastest_right(cell: Cell, times: dict[str, float], accuracy: dict[str, Any]) -> str | None:
    """The fastest of the peers that keep our bound, where the fastest of all breaks it."""
    row, wrong, asked = cell[0], too_inaccurate(accuracy), known(accuracy)
    right = {peer: time for peer, time in times.items() if (row, peer) in asked and (row, peer) not in wrong}
    return fastest(right)


def broken(cell: Cell, times: dict[str, float], accuracy: dict[str, Any]) -> bool:
    """Whether the fastest peer breaks our bound; known for forward passes in float32."""
    row, dtype, which = cell[:3]
    return dtype == "float32" and which != "backward" and (row, fastest(times)) in too_inaccurate(accuracy)


def entry(cell: Cell, times: dict[str, float] | None, accuracy: dict[str, Any]) -> str:
    """The ratio and the peer, as the table shows them."""
    if times is None:
        return ""
    peer, value = fastest(times), ratio(times)
    text = f"{value:.2f} {peer}" if value < 9.95 else f"{value:.0f} {peer}"
    text = f"**{text}**" if value < 1 else text
    if broken(cell, times, accuracy):
        right = fastest_right(cell, times, accuracy)
        text += f"† ({ratio(times, right):.2f} {right})" if right else "†"
    return text


def ordered(values: Iterable[Any], order: Iterable[Any] = ()) -> list[Any]:
    """Each value once: as in the order, the rest sorted."""
    order = list(order)
    return sorted(set(values), key=lambda value: (order.index(value) if value in order else len(order), value))


def axes(cells: Cells) -> tuple[list[Any], ...]:
    """Rows, dtypes, passes, sizes and threads that there are."""
    orders = (timed.HEADLINE, DTYPES, timed.PASSES, (), ())
    return tuple(ordered(values, order) for values, order in zip(zip(*cells, strict=True), orders, strict=True))


def markdown(header: list[str], lines: list[list[str]]) -> str:
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in (header, rule, *lines))


def mean(ratios: Iterable[float]) -> str:
    ratios = list(ratios)
    return f"{statistics.geometric_mean(ratios):.2f}" if ratios else ""


def means(cells: Cells) -> str:
    """Geometric means for each dtype and pass, and of all, over headline rows."""
    lines = []
    headline = {cell: times for cell, times in cells.items() if cell[0] in timed.HEADLINE}
    _, dtypes, passes, _, threads = axes(headline)
    groups = [(f"{dtype}, {PASSES[which]}", 1, dtype, 2, which) for dtype in dtypes for which in passes]
    chosen = {
        label: {cell: times for cell, times in headline.items() if cell[i] == first and cell[j] == second}
        for label, i, first, j, second in groups
    }
    for count in threads:
        chosen[f"{count} thread{'s' * (count > 1)}"] = {c: t for c, t in headline.items() if c[4] == count}
    chosen["**all**"] = headline
    for label, part in chosen.items():
        if part:
            below = sum(ratio(times) < 1 for times in part.values())
            torch = mean(ratio(times, "torch") for times in part.values() if "torch" in times)
            lines.append([label, str(len(part)), str(below), mean(map(ratio, part.values())), torch])
    return markdown(["cells", "count", "below 1", "mean against the fastest", "mean against PyTorch"], lines)


def tables(cells: Cells, accuracy: dict[str, Any]) -> list[str]:
    """A table for each dtype and pass."""
    rows, dtypes, passes, sizes, threads = axes(cells)
    columns = [(size, count) for count in threads for size in sizes]
    header = ["activation", *(f"{size:,}" + (f", {count} threads" if count > 1 else "") for size, count in columns)]
    parts = []
    for dtype in dtypes:
        for which in passes:
            lines = []
            for row in rows:
                keys = [(row, dtype, which, size, count) for size, count in columns]
                if any(key in cells for key in keys):
                    lines.append([f"`{row}`", *(entry(key, cells.get(key), accuracy) for key in keys)])
            if lines:
                parts += [f"## {dtype}, {PASSES[which]}", markdown(header, lines)]
    return parts


def chart(count: int) -> Path:
    """Where the chart for a number of threads is."""
    return ROOT / "docs" / "images" / f"speed_{count}.png"


def page(results: dict[str, Any], accuracy: dict[str, Any] | None = None) -> str:
    """docs/speed.md."""
    accuracy = accuracy or json.loads(ACCURACY.read_text())
    cells = cells_of(results)
    below = sum(ratio(times) < 1 for times in cells.values())
    threads = axes(cells)[4]
    versions = ", ".join(f"{package} {version}" for package, version in results["versions"].items())
    parts = [
        "# Speed beside others",
        "How many times as long the fastest of the others takes as actkernels, and which it is: above 1, actkernels is"
        f" faster. {below} of {len(cells)} cells are below 1, in bold. Made by `python bench/peers.py`, which also says"
        " how; a test keeps this page current.",
        f"The others are {', '.join(timed.TITLES.values())}, each called as in `bench/timed.py`; those that lack the"
        " function, the type or the pass are not in a cell. A dagger says that the fastest exceeds, forward in float32,"
        " the bound that actkernels holds ([accuracy beside others](accuracy_peers.md)); in parentheses the fastest"
        " that is known to hold it.",
        *(f"![Ratios with {n} thread{'s' * (n > 1)}](images/{chart(n).name})" for n in threads),
        "## Geometric means",
        f"Over the headline rows: `{'`, `'.join(timed.HEADLINE)}`.",
        means(cells),
        *tables(cells, accuracy),
        f"{results['machine']['cpu']}, CPU level {results['machine']['isa']}; {versions}.",
    ]
    return "\n\n".join([*parts, results["note"]] if results["note"] else parts) + "\n"


def draw(cells: Cells, count: int, path: Path) -> None:
    """A panel for each dtype and pass; what is below 1 is red."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import colors, pyplot

    rows, dtypes, passes, sizes, _ = axes(cells)
    shades = colors.LinearSegmentedColormap.from_list("ratio", ["#f4f8f4", "#2e8b57"])
    shades.set_under("#d62728")
    figure, panels = pyplot.subplots(
        len(dtypes), len(passes), squeeze=False, figsize=(3.6 * len(passes), (0.24 * len(rows) + 1) * len(dtypes))
    )
    for i, dtype in enumerate(dtypes):
        for j, which in enumerate(passes):
            panel = panels[i][j]
            found = [[cells.get((row, dtype, which, size, count)) for size in sizes] for row in rows]
            values = [[ratio(times) if times else float("nan") for times in line] for line in found]
            panel.imshow(values, cmap=shades, norm=colors.LogNorm(1, 8), aspect="auto")
            for y, line in enumerate(values):
                for x, value in enumerate(line):
                    if value == value:  # not NaN
                        color = "white" if value < 1 or value > 4 else "black"
                        panel.text(x, y, f"{value:.3g}", ha="center", va="center", fontsize=7, color=color)
            panel.set_title(f"{dtype}, {PASSES[which].replace('`', '')}", fontsize=8)
            panel.set_xticks(range(len(sizes)), [f"{size:,}" for size in sizes], fontsize=7)
            panel.set_yticks(range(len(rows)), rows if j == 0 else [""] * len(rows), fontsize=7)
    threads = f"{count} thread{'s' * (count > 1)}"
    figure.suptitle(f"Time of the fastest other library / time of actkernels, {threads}; red: below 1", fontsize=10)
    figure.tight_layout(rect=(0, 0, 1, 0.98))
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def write(results: dict[str, Any]) -> None:
    """The page and its charts."""
    cells = cells_of(results)
    PAGE.write_text(page(results))
    for count in axes(cells)[4]:
        draw(cells, count, chart(count))
