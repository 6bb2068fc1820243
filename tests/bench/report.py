"""Medians over the rounds, as Markdown."""
from statistics import median

PROXIES = ["PgBouncer", "Tabir", "Tabir, masked"]

# Measure of a load, what its table says, and how a number is written.
MEASURES = {
    "rate": ("per second", "{:,.0f}"),
    "cpu": ("CPU", "{:.3g}"),
    "seconds": ("seconds", "{:.2f}"),
    "growth": ("memory, MiB", "{:.1f}"),
    "memory": ("memory, KiB", "{:.1f}"),
}

# What issue 2 asks for: load, measure, target, and at most how much; `ratio` is to PgBouncer.
LIMITS = [
    ("select-only, prepared, 16 clients", "cpu", "Tabir", 1.5, "ratio"),
    ("select-only, prepared, 16 clients", "cpu", "Tabir, masked", 2.0, "ratio"),
    ("memory for a million rows", "growth", "Tabir", 2.0, "MiB"),
    ("memory for a million rows, nobody counted", "growth", "Tabir, masked", 2.0, "MiB"),
    ("1,000 idle sessions", "memory", "Tabir", 100.0, "KiB"),
    ("1,000 idle sessions", "memory", "Tabir, masked", 100.0, "KiB"),
    # 256 KiB are queued, and a chunk is being taken apart.
    ("60 readers that stall", "memory", "Tabir", 320.0, "KiB"),
    ("60 readers that stall", "memory", "Tabir, masked", 320.0, "KiB"),
]


class Results:
    def __init__(self):
        self.samples = {}

    def add(self, load, target, measured):
        for measure, value in measured.items():
            self.samples.setdefault((load, measure, target), []).append(value)

    def loads(self, measure):
        return list(dict.fromkeys(load for load, known, _ in self.samples if known == measure))

    def value(self, load, measure, target):
        """None: not measured."""
        samples = self.samples.get((load, measure, target))
        return median(samples) if samples else None

    def ratio(self, load, measure, target):
        """To PgBouncer; None: one of both was not measured, or PgBouncer took nothing."""
        value, base = self.value(load, measure, target), self.value(load, measure, "PgBouncer")
        return value / base if value is not None and base else None


def cell(results, load, measure, target):
    value = results.value(load, measure, target)
    if value is None:
        return "–"
    text = MEASURES[measure][1].format(value)
    ratio = results.ratio(load, measure, target)
    return f"{text} (×{ratio:.2f})" if ratio is not None and target not in ("direct", "PgBouncer") else text


def table(results, units, measure):
    columns = (["direct"] if any(target == "direct" for _, known, target in results.samples if known == measure) else [])
    columns += PROXIES
    lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for load in results.loads(measure):
        unit = units.get((load, measure), MEASURES[measure][0])
        lines.append(f"| {load}: {unit} | {' | '.join(cell(results, load, measure, target) for target in columns)} |")
    return "\n".join(lines)


def limits(results):
    """A table of which limits hold, and whether all do. A limit of a load that did not run is left out."""
    lines, all_hold = [], True
    for load, measure, target, most, unit in LIMITS:
        found = results.ratio(load, measure, target) if unit == "ratio" else results.value(load, measure, target)
        if found is None:
            continue
        holds = found <= most
        all_hold &= holds
        what = "CPU against PgBouncer's" if unit == "ratio" else MEASURES[measure][0]
        lines.append(f"| {load}, {target}: {what} | {found:.2f} | {most:g} | {'yes' if holds else '**no**'} |")
    if not lines:
        return "", True
    head = ["| limit | measured | at most | holds |", "|---|---|---|---|"]
    return "\n".join(head + lines), all_hold
