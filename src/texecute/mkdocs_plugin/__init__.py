"""The site: formulas as MathML with numbers, anchors, marks and references.

`extension` is a Markdown extension that works without MkDocs; `plugin` is the thin MkDocs adapter.
Neither is imported by the checker.
"""
