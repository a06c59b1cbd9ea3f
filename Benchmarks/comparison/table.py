"""Rows under headings, in columns as wide as what stands in them, with notes below."""


class Table:
    def __init__(self, headings: list[str]) -> None:
        self._rows: list[list[str]] = [headings]
        self._notes: list[str] = []

    def add(self, cells: list) -> None:
        """A row; what is missing at its end stays empty."""
        texts = [str(cell) for cell in cells]
        self._rows.append(texts + [""] * (len(self._rows[0]) - len(texts)))

    def note(self, text: str) -> None:
        self._notes.append(text)

    def lines(self) -> list[str]:
        columns = list(zip(*self._rows))
        widths = [max(map(len, column)) for column in columns]
        is_number = [any(cell[:1].isdigit() for cell in column[1:]) for column in columns]
        rows = [self._rows[0], ["─" * width for width in widths], *self._rows[1:]]
        return [
            "  ".join(
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(row, widths, is_number)).rstrip()
            for row in rows
        ] + self._notes


def number(value: float | None, digits: int) -> str:
    """With commas between thousands; a dash for what is not known."""
    return "–" if value is None else f"{value:,.{digits}f}"


def times(value: float | None, base: float | None) -> str:
    return f"{value / base:.2f}×" if value and base else "–"
