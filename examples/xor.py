"""Exclusive or, learned by five hidden nodes: every step in plain NumPy, and pictures of what the network has become.

    python examples/xor.py                            # train, and draw into the folder xor
    python examples/xor.py --activation tanh --seed 3
    python examples/xor.py --seeds 100                # how many of 100 networks learn it, by activation
    python examples/xor.py --docs                     # the table and the pictures of docs/xor.md

Two inputs, Dense(5), ReLU, Dense(1), sigmoid cross entropy; gradient descent with momentum. All arrays may have one
dimension more, in front: then as many networks are trained side by side. The pictures need matplotlib:
pip install 'actkernels[plot]'.
"""

from __future__ import annotations

import argparse
import platform
from pathlib import Path
from typing import NamedTuple

import numpy as np

import actkernels as ak
from actkernels import pictures

POINTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TRUTH = np.array([[0.0], [1.0], [1.0], [0.0]])
HIDDEN = 5
RATE = 0.1
MOMENTUM = 0.4
STEPS = 2000
SEED = 1
REACH = 3.0
"""How far the pictures go to either side."""
COMPARED = ("relu", "leaky_relu", "squared_relu", "elu", "gelu", "silu", "tanh", "logistic", "identity")
PAGE = Path(__file__).resolve().parent.parent / "docs" / "xor.md"


# ---- the network ----------------------------------------------------------------------------------------------


class Network(NamedTuple):
    """Weights and biases of both layers."""

    W1: np.ndarray  # (2, 5)
    b1: np.ndarray  # (1, 5)
    W2: np.ndarray  # (5, 1)
    b2: np.ndarray  # (1, 1)


def new(seed):
    """A network with He's initial weights."""
    rng = np.random.default_rng(seed)
    W1 = rng.normal(scale=np.sqrt(2 / 2), size=(2, HIDDEN))
    W2 = rng.normal(scale=np.sqrt(2 / HIDDEN), size=(HIDDEN, 1))
    return Network(W1, np.zeros((1, HIDDEN)), W2, np.zeros((1, 1)))


def forward(network, x, activation):
    """Input and output of the hidden layer, and what goes into the sigmoid."""
    a = x @ network.W1 + network.b1
    h = activation(a)
    return a, h, h @ network.W2 + network.b2


def loss_of(z, truth):
    """Sigmoid cross entropy, -log(p) or -log(1 - p) with p = logistic(z): nothing overflows, nothing is lost."""
    return ak.softplus(z) - truth * z


def backward(network, x, a, h, z, truth, activation):
    """The gradients of the mean loss with respect to weights and biases."""
    delta_z = (ak.logistic(z) - truth) / len(x)
    delta_a = activation.backward(delta_z @ network.W2.mT, x=a)
    return Network(
        W1=x.T @ delta_a,
        b1=delta_a.sum(axis=-2, keepdims=True),
        W2=h.mT @ delta_z,
        b2=delta_z.sum(axis=-2, keepdims=True),
    )


class History(NamedTuple):
    """What there was to see during training, a row for each step."""

    loss: np.ndarray
    right: np.ndarray


def train(network, activation, steps=STEPS):
    """Descend from `network`, which is changed, and return the history."""
    velocity = [np.zeros_like(array) for array in network]
    losses, right = [], []
    for _ in range(steps):
        a, h, z = forward(network, POINTS, activation)
        losses.append(loss_of(z, TRUTH).mean(axis=(-2, -1)))
        right.append(((z > 0) == (TRUTH > 0)).sum(axis=(-2, -1)))
        for array, v, gradient in zip(
            network, velocity, backward(network, POINTS, a, h, z, TRUTH, activation), strict=True
        ):
            v *= MOMENTUM
            v -= RATE * gradient
            array += v
    return History(np.array(losses), np.array(right))


# ---- many networks --------------------------------------------------------------------------------------------


def many(activation, seeds, steps=STEPS):
    """How many of the networks with seeds 0, 1, ... learn, after how many steps, and how sparse they are then."""
    network = Network(*map(np.stack, zip(*map(new, range(seeds)), strict=True)))
    history = train(network, activation, steps)
    wrong = history.right < len(POINTS)
    learned = ~wrong[-1]
    needed = np.where(wrong.any(axis=0), steps - np.argmax(wrong[::-1], axis=0), 0)  # until right for good
    _, h, _ = forward(network, POINTS, activation)
    return {
        "activation": repr(activation),
        "learned": int(learned.sum()),
        "steps": int(np.median(needed[learned])) if learned.any() else None,
        "zeros": float((h[learned] == 0).mean()) if learned.any() else None,
    }


def table(activations, seeds, steps=STEPS):
    """The comparison as Markdown."""
    lines = [
        f"| activation | of {seeds} networks learn | steps, median | hidden outputs that are 0 |",
        "|---|---:|---:|---:|",
    ]
    for row in (many(activation, seeds, steps) for activation in activations):
        rest = f"{row['steps']} | {100 * row['zeros']:.0f} %" if row["learned"] else "\N{EN DASH} | \N{EN DASH}"
        lines.append(f"| {row['activation']} | {row['learned']} | {rest} |")
    return "\n".join(lines)


# ---- pictures -------------------------------------------------------------------------------------------------

HIGH = 10.0
"""What goes into the sigmoid is coloured up to here: far beyond, nothing changes any more."""


def colours(signed=True):
    """Orange for positive, violet for negative numbers: apart for every eye, and never so dark that points drown."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    shades = colormaps["PuOr_r"](np.linspace(0.16 if signed else 0.5, 0.84, 256))
    return ListedColormap(shades)


def number(value):
    """A number as people write it."""
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")


def plane(size=241):
    """Points all over the square, and its sides."""
    side = np.linspace(-REACH, REACH, size)
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2), side


def new_figure(*size):
    """An empty figure, without a window."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SystemExit("examples/xor.py: matplotlib is not installed: pip install 'actkernels[plot]'") from None
    return Figure(figsize=size, layout="constrained", facecolor="white", dpi=100)


def surface(axes, values, side, limit, title, signed=True, shades=None):
    """Values all over the square, as colours from -limit (where signed; else 0) to limit, with the four points."""
    image = axes.imshow(
        values.reshape(len(side), -1), origin="lower", extent=(-REACH, REACH) * 2,
        cmap=shades or colours(signed), vmin=-limit if signed else 0.0, vmax=limit,
    )  # fmt: skip
    for truth, marker, colour in ((0.0, "o", "white"), (1.0, "s", "#222222")):
        x, y = POINTS[TRUTH[:, 0] == truth].T
        axes.plot(x, y, marker, color=colour, markeredgecolor="#222222", markersize=7, zorder=5)
    axes.set_title(title, fontsize=12)
    axes.set_xticks([-3, 0, 3])
    axes.set_yticks([-3, 0, 3])
    return image


def edge(axes, network, node, side):
    """Where the input of a hidden node is 0, and for ReLU its surface bends."""
    x, y = np.meshgrid(side, side)
    a = network.W1[0, node] * x + network.W1[1, node] * y + network.b1[0, node]
    if a.min() < 0 < a.max():
        axes.contour(x, y, a, levels=[0.0], colors="#555555", linewidths=1.1, linestyles=":")


def draw_learning(history, activation):
    figure = new_figure(9.0, 3.6)
    left, right = figure.subplots(1, 2)
    steps = np.arange(1, len(history.loss) + 1)
    left.loglog(steps, history.loss, color=pictures.BLUE, linewidth=2.4)
    left.axhline(np.log(2), color="#777777", linestyle=":", linewidth=1.2)
    left.annotate("guessing: log 2", (len(steps), np.log(2)), (0, 4), textcoords="offset points", ha="right")
    left.set_title(f"sigmoid cross entropy ({activation!r})")
    right.semilogx(steps, history.right, color=pictures.ORANGE, linewidth=2.4, drawstyle="steps-post")
    right.set_title("points on the right side, of 4")
    right.set_ylim(-0.1, 4.2)
    right.set_yticks(range(5))
    for axes in (left, right):
        axes.set_xlabel("step")
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def draw_output(network, activation):
    figure = new_figure(6.0, 5.0)
    axes = figure.subplots()
    points, side = plane()
    p = ak.logistic(forward(network, points, activation)[2]).reshape(len(side), -1)
    image = surface(axes, p - 0.5, side, 0.5, f"output over the plane ({activation!r})")
    axes.contour(side, side, p, levels=[0.5], colors="#222222", linewidths=2.0)
    for node in range(HIDDEN):
        edge(axes, network, node, side)
    bar = figure.colorbar(image, ticks=[-0.5, 0.0, 0.5], shrink=0.8)
    bar.ax.set_yticklabels(["0", "1/2", "1"])
    axes.set_xlabel("$x_1$")
    axes.set_ylabel("$x_2$")
    return figure


def draw_hidden(network, activation):
    figure = new_figure(15.0, 5.4)
    axes = figure.subplots(2, HIDDEN + 1)
    points, side = plane(121)
    _, h, z = forward(network, points, activation)
    parts = h * network.W2[:, 0]
    highest = min(abs(h).max(), HIGH / 2)
    largest = min(max(abs(parts).max(), abs(z).max()), HIGH)
    for node in range(HIDDEN):
        upper = surface(axes[0, node], h[:, node], side, highest, f"$h_{node + 1}$", signed=h.min() < 0)
        title = rf"{number(network.W2[node, 0])} $\cdot\ h_{node + 1}$"
        lower = surface(axes[1, node], parts[:, node], side, largest, title)
        edge(axes[0, node], network, node, side)
    surface(axes[1, -1], z[:, 0], side, largest, f"sum, and bias {number(network.b2[0, 0])}")
    last = surface(axes[0, -1], ak.logistic(z[:, 0]) - 0.5, side, 0.5, "sigmoid of the sum below")
    last.axes.contour(side, side, z.reshape(len(side), -1), levels=[0.0], colors="#222222", linewidths=1.6)
    figure.colorbar(
        upper, ax=axes[0, :-1], shrink=0.85, pad=0.01, extend="max" if abs(h).max() > highest else "neither"
    )
    figure.colorbar(lower, ax=axes[1], shrink=0.85, pad=0.01, extend="both" if abs(z).max() > largest else "neither")
    figure.suptitle(f"hidden nodes ({activation!r}): what they give, and what the output makes of it", fontsize=14)
    return figure


def draw_weights(before, after):
    figure = new_figure(11.0, 3.4)
    for axes, network, title in zip(figure.subplots(1, 2), (before, after), ("before", "after"), strict=True):
        values = np.concatenate([network.W1, network.b1, network.W2.T])
        limit = max(abs(np.concatenate([each.ravel() for each in (*before, *after)])))
        axes.imshow(values, cmap=colours(), vmin=-limit, vmax=limit, aspect="auto")
        for (row, column), value in np.ndenumerate(values):
            axes.text(column, row, number(value), ha="center", va="center", fontsize=13)
        axes.axhline(2.5, color="white", linewidth=6)
        axes.set_yticks(range(4), ["from $x_1$", "from $x_2$", "bias", "to the output"], fontsize=12)
        axes.set_xticks(range(HIDDEN), [f"$h_{node + 1}$" for node in range(HIDDEN)], fontsize=13)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_title(f"weights {title} training", fontsize=13)
    return figure


def draw_sparsity(network, activation):
    figure = new_figure(11.0, 4.4)
    left, right = figure.subplots(1, 2, width_ratios=[1.25, 1])
    _, h, _ = forward(network, POINTS, activation)
    limit = max(abs(h).max(), 1e-9)
    left.imshow(h, cmap=colours(), vmin=-limit, vmax=limit, aspect="auto")
    for (row, column), value in np.ndenumerate(h):
        text = number(value) if value else "0"
        left.text(column, row, text, ha="center", va="center", fontsize=13, color="#222222" if value else "#999999")
    left.set_xticks(range(HIDDEN), [f"$h_{node + 1}$" for node in range(HIDDEN)], fontsize=13)
    left.set_yticks(range(len(POINTS)), [f"({x:.0f}, {y:.0f})" for x, y in POINTS], fontsize=13)
    left.tick_params(length=0)
    left.spines[:].set_visible(False)
    left.set_title(f"hidden outputs at the four points: {100 * (h == 0).mean():.0f} % are 0", fontsize=13)
    points, side = plane()
    h = forward(network, points, activation)[1]
    from matplotlib import colormaps

    image = surface(
        right, (h != 0).sum(axis=1), side, HIDDEN + 3, f"hidden nodes that are not 0 ({activation!r})",
        signed=False, shades=colormaps["Purples"].resampled(HIDDEN + 3),
    )  # fmt: skip
    bar = figure.colorbar(image, ticks=np.arange(HIDDEN + 1) + 0.5)
    bar.ax.set_ylim(0, HIDDEN + 1)
    bar.ax.set_yticklabels(map(str, range(HIDDEN + 1)))
    return figure


def draw(before, after, history, activation):
    """All pictures, by the names of their files."""
    return {
        "learning": draw_learning(history, activation),
        "output": draw_output(after, activation),
        "hidden": draw_hidden(after, activation),
        "weights": draw_weights(before, after),
        "sparsity": draw_sparsity(after, activation),
    }


# ---- command line ---------------------------------------------------------------------------------------------


def demonstrate(activation, seed, steps, folder, prefix=""):
    """Train one network, say what it gives and draw it."""
    network = new(seed)
    before = Network(*(array.copy() for array in network))
    history = train(network, activation, steps)
    p = ak.logistic(forward(network, POINTS, activation)[2])[:, 0]
    print(
        f"{activation!r}, seed {seed}, {steps} steps:"
        f" loss {history.loss[0]:.3f} at first, {history.loss[-1]:.4f} at last"
    )
    for point, truth, value in zip(POINTS, TRUTH[:, 0], p, strict=True):
        verdict = "right" if (value > 0.5) == (truth > 0.5) else "wrong"
        print(f"  {point[0]:.0f} xor {point[1]:.0f} = {truth:.0f}: {value:.3f}, {verdict}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in draw(before, network, history, activation).items():
        pictures.save(figure, folder / f"{prefix}{name}.png")
    print(f"pictures: {folder / (prefix + '*.png')}")


def with_table(page, text):
    """docs/xor.md with its table replaced."""
    begin, end = "<!-- table: examples/xor.py -->\n", "\n<!-- end of table -->"
    before, rest = page.split(begin)
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}, actkernels {ak.__version__}"
    note = f"\n\n{STEPS} steps; {versions}, CPU level {ak.get_isa()}. Made by `python examples/xor.py --docs`."
    return before + begin + text + note + end + rest.split(end, 1)[1]


def activation_of(name):
    try:
        return ak.get(name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--activation", type=activation_of, metavar="NAME", help="default: relu")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument("--steps", type=int, default=STEPS, help="default: %(default)s")
    parser.add_argument("--output", type=Path, metavar="DIR", default=Path("xor"), help="default: %(default)s")
    parser.add_argument("--seeds", type=int, metavar="N", help="train N networks instead and print a table")
    parser.add_argument("--docs", action="store_true", help="write the table and the pictures of docs/xor.md")
    given = parser.parse_args(arguments)
    compared = [given.activation] if given.activation else [ak.get(name) for name in COMPARED]
    if given.docs:
        PAGE.write_text(with_table(PAGE.read_text(), table(compared, 100)))
        demonstrate(ak.relu, SEED, STEPS, PAGE.parent / "images", prefix="xor_")
    elif given.seeds:
        print(table(compared, given.seeds, given.steps))
    else:
        demonstrate(given.activation or ak.relu, given.seed, given.steps, given.output)


if __name__ == "__main__":
    main()
