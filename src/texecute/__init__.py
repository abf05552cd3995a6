"""texecute: doctest for LaTeX.

Reads the formulas of a Markdown page or notebook, and checks that they are true.
"""

from texecute.check import check
from texecute.evaluation import Evaluation, evaluate_page
from texecute.report import FormulaReport, Report

__version__ = "0.1.0"
__all__ = ["check", "evaluate_page", "Evaluation", "Report", "FormulaReport", "__version__"]
