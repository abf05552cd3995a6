"""Trees → JAX: derivatives are `jax.grad` and `jax.jacobian` of functions that recompute what depends on the name."""

from texecute.emit.libraries import Library

JAX = Library(
    "JAX", "jnp", "jax",
    ("import jax", "import jax.numpy as jnp", "", 'jax.config.update("jax_enable_x64", True)'), True,
    helpers={
        "derivative": 'def derivative(f):\n    """The derivative of a function that acts entry by entry."""\n    return jax.grad(lambda z: jnp.sum(f(z)))',
        "jacobian": 'def jacobian(f, x):\n    """[∂f_i/∂x_j]: a row for each entry of f, a column for each of x."""\n    return jax.jacobian(f)(x).reshape(-1, jnp.size(x))',
        "reduce": "from functools import reduce",
    },
    words={
        "softmax": "jax.nn.softmax({0}, axis={1})",
        "logsoftmax": "jax.nn.log_softmax({0}, axis={1})",
        "logsumexp": "jax.nn.logsumexp({0}, axis={1}, keepdims=True)",
        "each": "jnp.vectorize({0})",
        "grad": "jax.grad({0})({1})",
        "jacobian": "jacobian({0}, {1})",
        "slope": "derivative({0})",
        "whole_slope": "jax.jacobian({0})",
        "tangent": "jax.jacobian({0})({1})",
        "jvp": "jax.jvp({0}, ({1},), ({2},))[1]",
        "put": "{0}.at[{1}].set({2})",
    },
)  # fmt: skip
