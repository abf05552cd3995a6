"""Trees → LaTeX, NumPy, JAX, PyTorch and spoken words."""
