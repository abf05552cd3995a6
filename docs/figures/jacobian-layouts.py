"""The six derivatives of z = Wx, two outputs by three inputs, as a table in each layout."""

import kit

WIDE, HIGH = 74, 40


def _table(x0, title, note, rows, columns, entry):
    parts = [
        kit.words(title, x0 + 34 + WIDE * len(columns) / 2, 10, style="font-weight: 600"),
        kit.words(note, x0 + 34 + WIDE * len(columns) / 2, 32, size=12.5),
    ]
    for place, name in enumerate(columns):
        parts.append(kit.words(name, x0 + 34 + WIDE * (place + 0.5), 60))
    for line, row in enumerate(rows):
        y = 74 + HIGH * line
        parts.append(kit.words(row, x0 + 26, y + HIGH / 2, "end"))
        for place, column in enumerate(columns):
            output, number = entry(line, place)
            parts.append(
                f'<rect x="{x0 + 34 + WIDE * place}" y="{y}" width="{WIDE}" height="{HIGH}" '
                f'style="fill: {kit.COLOURS[output]}; fill-opacity: 0.2; stroke: var(--fig-quiet); stroke-width: 0.8"/>'
            )
            parts.append(kit.words(number, x0 + 34 + WIDE * (place + 0.5), y + HIGH / 2))
    return "".join(parts)


def figure() -> str:
    outputs, inputs = ("z_1", "z_2"), ("x_1", "x_2", "x_3")
    W = ((1, 2, 3), (4, 5, 6))

    def numerator(line, place):
        return line, str(W[line][place])

    def denominator(line, place):
        return place, str(W[place][line])

    second = 34 + WIDE * 3 + 40
    body = _table(0, "Numerator layout", "rows: above the bar", outputs, inputs, numerator)
    body += _table(second, "Denominator layout", "rows: below the bar", inputs, outputs, denominator)
    width, height = second + 34 + WIDE * 2 + 2, 74 + HIGH * 3 + 2
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">{body}</svg>'
