"""The book as one PDF: HTML and MathML to Typst, and Typst to PDF.

`book` is the way in; it knows neither MkDocs nor the checker.  Nothing of the checker imports it.
"""
