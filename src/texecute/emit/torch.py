"""Trees → PyTorch: derivatives are `torch.func.grad` and `jacrev` of functions that recompute what depends on the name."""

from texecute.emit.libraries import Library

TORCH = Library(
    "PyTorch", "torch", "torch", ("import torch", "", "torch.set_default_dtype(torch.float64)"), True,
    helpers={
        "derivative": 'def derivative(f):\n    """The derivative of a function that acts entry by entry."""\n    return torch.func.grad(lambda z: torch.sum(f(z)))',
        "jacobian": 'def jacobian(f, x):\n    """[∂f_i/∂x_j]: a row for each entry of f, a column for each of x."""\n    return torch.func.jacrev(f)(x).reshape(-1, x.numel())',
        "array": 'def array(items):\n    """A tensor from nested lists of numbers, differentiable."""\n    return torch.stack([array(x) if isinstance(x, list) else torch.as_tensor(x, dtype=torch.float64) for x in items])',
        "block": 'def block(rows):\n    """A matrix from its blocks."""\n    return torch.cat([torch.cat([torch.atleast_2d(torch.as_tensor(b)) for b in row], 1) for row in rows], 0)',
        "put": 'def put(x, where, value):\n    """A copy of x with other entries in one place."""\n    x = x.clone()\n    x[where] = value\n    return x',
        "reduce": "from functools import reduce",
    },
    words={
        "array": "array({0})",
        "ones": "torch.ones({0}, 1)",
        "zeros": "torch.zeros({0}, {1})",
        "block": "block({0})",
        "softmax": "torch.softmax({0}, dim={1})",
        "logsoftmax": "torch.log_softmax({0}, dim={1})",
        "logsumexp": "torch.logsumexp({0}, dim={1}, keepdim=True)",
        "each": "torch.vmap({0})",
        "where": "torch.where(torch.as_tensor({0}), {1}, {2})",
        "grad": "torch.func.grad({0})({1})",
        "jacobian": "jacobian({0}, {1})",
        "slope": "derivative({0})",
        "whole_slope": "torch.func.jacrev({0})",
        "tangent": "torch.func.jacrev({0})({1})",
        "jvp": "torch.func.jvp({0}, ({1},), ({2},))[1]",
        "put": "put({0}, ({1}), {2})",
    },
)  # fmt: skip
