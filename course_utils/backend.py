"""The differences between TensorFlow and JAX: computing gradients and compiling functions.

The functions built here do not change the model: they run it in a `keras.StatelessScope`, which drops whatever a layer
would write (moving statistics, the state of a seed generator).
"""

import inspect
from collections.abc import Callable
from typing import Any, Literal

import keras
import numpy as np

Arrays = Any  # an array, or a list or dictionary of arrays for a model with several inputs or outputs


def loss_and_gradients(model: keras.Model) -> Callable[[Arrays, Arrays], tuple]:
    """Build a compiled function that gives a model's loss on a batch and the gradient for every trainable variable.

    The loss is the one that `fit` minimises: what the model's `compute_loss` returns, usually the loss of `compile`
    averaged over the batch, plus all regularisation losses. In half precision it is scaled as the optimizer scales it,
    so that small gradients do not become zero, and the gradients are divided by the same factor. As in training, batch
    normalisation uses the statistics of the batch and dropout the mask that the next batch would get. Each call reads
    the current weights; the function is compiled at its first call and again only for a batch of another shape.

    Args:
        model: A compiled model that has its weights.

    Returns:
        A function of `(x, y)`, batch axis first, as `fit` takes them. It returns the loss, a float, and the gradients,
        a list of arrays with the shapes of `model.trainable_variables`, in that order.

    Raises:
        ValueError: The model is not compiled, has no weights yet, or has nothing to train.

    Example:
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        >>> model.compile(loss="mse")
        >>> loss, gradients = loss_and_gradients(model)(np.zeros((8, 3)), np.ones((8, 1)))
        >>> [gradient.shape for gradient in gradients]
        [(3, 1), (1,)]
    """
    if not model.compiled:
        raise ValueError(f"model {model.name!r} has no loss yet: call compile(loss=..., optimizer=...) first")
    require_built(model)
    if not model.trainable_variables:
        raise ValueError(f"model {model.name!r} has no trainable variables, so there are no gradients")

    def if_taken(function: Callable) -> dict[str, bool]:  # a model's own methods need not have the argument
        return {"training": True} if "training" in inspect.signature(function).parameters else {}

    def loss_of(scale: Any, x: Arrays, y: Arrays) -> Any:
        predicted = model(x, **if_taken(model.call))
        loss = model.compute_loss(x, y, predicted, None, **if_taken(model.compute_loss))
        return keras.ops.multiply(loss, scale)

    run = _stateless(model, loss_of, differentiate="weights")

    def evaluate(x: Arrays, y: Arrays) -> tuple[float, list[np.ndarray]]:
        scale = 1.0 if model.optimizer is None else float(model.optimizer.scale_loss(1.0))
        while True:
            scaled, gradients = run(np.float32(scale), x, y)
            loss, gradients = float(scaled) / scale, [_copy(gradient) / scale for gradient in gradients]
            finite = not np.isfinite(loss) or all(np.isfinite(gradient).all() for gradient in gradients)
            if finite or scale <= 1:
                return loss, gradients
            scale /= 2  # as the optimizer does, which skips the step and tries again with the next batch

    return evaluate


def input_gradients(model: keras.Model) -> Callable[[Any, Any], np.ndarray]:
    """Build a compiled function that gives the gradient of a weighted sum of a model's outputs for every input value.

    The model predicts (batch normalisation uses its moving statistics, nothing is dropped), and each example's gradient
    is that of its own outputs. Any score that is linear in the outputs is such a sum: one logit, the difference of
    two, the mean of a feature map. For another function of the outputs the weights are its derivatives by them: for
    the cross-entropy behind a softmax, the probabilities minus the one-hot label.

    Args:
        model: A functional or Sequential model with one input and one output that has its weights.

    Returns:
        A function of `(x, weights)`, the inputs, batch axis first, and a factor for each output, of a shape that
        broadcasts to that of the outputs. It returns the gradients, float32 with the shape of `x`.

    Raises:
        ValueError: The model has no weights yet, or several inputs or outputs.

    Example:
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        >>> input_gradients(model)(np.zeros((8, 3)), [-1, 1]).shape  # of output 1 minus output 0
        (8, 3)
    """
    require_built(model)
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ValueError(f"model {model.name!r} has {len(model.inputs)} inputs and {len(model.outputs)} outputs, not 1")

    def weighted_sum(x: Any, weights: Any) -> Any:
        return keras.ops.sum(model(x, training=False) * weights)

    run = _stateless(model, weighted_sum, differentiate="input")

    def evaluate(x: Any, weights: Any) -> np.ndarray:
        return _copy(run(np.asarray(x, dtype="float32"), np.asarray(weights, dtype="float32"))[1])

    return evaluate


def layer_outputs(model: keras.Model, *, training: bool = True) -> Callable[[Arrays], dict[str, np.ndarray]]:
    """Build a compiled function that gives the output of every layer for a batch.

    Args:
        model: A Sequential or functional model that has its weights.
        training: True for the outputs during training (batch statistics, dropout), False for those of the model as it
            predicts.

    Returns:
        A function of `x` that returns a dictionary from layer name to its output, in the order of `model.layers`.
        Input layers are left out, and so is a model used as a layer (call this on that model). A layer with several
        outputs gives the first of them, a layer used several times that of its first use.

    Raises:
        ValueError: The model has no weights yet, or is not made of connected layers.
    """
    require_built(model)
    layers = [layer for layer in model.layers if not isinstance(layer, (keras.layers.InputLayer, keras.Model))]
    try:
        outputs = [keras.tree.flatten(layer.output)[0] for layer in layers]
        # named as in the model, if it names its inputs, so that inner accepts the same input
        inner = keras.Model(model.inputs if isinstance(model, keras.Sequential) else model.input, outputs)
    except (AttributeError, ValueError) as error:
        raise ValueError(
            f"the layers of model {model.name!r} cannot be read one by one: use a Sequential or functional model "
            "whose layers were created for it"
        ) from error
    run = _stateless(model, lambda x: inner(x, training=training))

    def evaluate(x: Arrays) -> dict[str, np.ndarray]:
        return {layer.name: _copy(output) for layer, output in zip(layers, keras.tree.flatten(run(x)), strict=True)}

    return evaluate


def compiled(model: keras.Model, function: Callable) -> Callable:
    """Compile a function that uses a model, such as a loop over the steps of a sequence.

    Each call reads the current weights. XLA compiles on TensorFlow too: a loop of many small operations runs several
    times as fast. Shapes are fixed at the first call; another shape is compiled again.

    Args:
        model: A model that has its weights; the function may call it, its layers and their cells.
        function: A function of arrays that returns arrays, in `keras.ops`.

    Returns:
        A function of the same arguments, as arrays or numbers, that returns tensors of the backend.

    Raises:
        ValueError: The model has no weights yet.
    """
    require_built(model)
    return _stateless(model, function, xla=True)


def require_built(model: keras.Model) -> None:
    """Refuse a model that has no weights yet."""
    if not model.built:
        raise ValueError(
            f"model {model.name!r} has no weights yet: give it a keras.Input or call build(input_shape) before fit"
        )


def _stateless(
    model: keras.Model,
    function: Callable,
    *,
    differentiate: Literal["weights", "input"] | None = None,
    xla: bool = False,
) -> Callable:
    """Compile a function that uses a model; return its gradient for the weights or the first array too if asked."""
    trainable, other = model.trainable_variables, model.non_trainable_variables

    def pure(trainable_values: list, other_values: list, *arrays: Arrays) -> Any:
        values = [*zip(trainable, trainable_values, strict=True), *zip(other, other_values, strict=True)]
        with keras.StatelessScope(state_mapping=values, collect_losses=True):
            return function(*arrays)

    by = {"weights": 0, "input": 2, None: None}[differentiate]  # place of the argument among those of `pure`
    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        run = jax.jit(pure if by is None else jax.value_and_grad(pure, argnums=by))
    elif backend == "tensorflow":
        import tensorflow as tf

        def value_and_grad(*arguments: Arrays) -> tuple:
            with tf.GradientTape() as tape:
                tape.watch(arguments[by])
                value = pure(*arguments)
            zero = tf.UnconnectedGradients.ZERO
            gradients = tape.gradient(value, arguments[by], unconnected_gradients=zero)
            return value, tf.nest.map_structure(tf.convert_to_tensor, gradients)  # embeddings give sparse ones

        run = tf.function(pure if by is None else value_and_grad, jit_compile=xla)
    else:
        raise ValueError(f"the Keras backend must be tensorflow or jax; it is {backend}")

    def call(*arrays: Arrays) -> Any:
        values = [[keras.ops.convert_to_tensor(variable) for variable in group] for group in (trainable, other)]
        return run(*values, *keras.tree.map_structure(_as_tensor, arrays))

    return call


def _as_tensor(array: Any) -> Any:
    """Convert as `fit` does: floating-point data of any precision becomes the precision of Keras, None stays None."""
    if array is None:
        return None
    if isinstance(array, np.ndarray) and array.dtype.kind == "f":
        return keras.ops.convert_to_tensor(array, dtype=keras.config.floatx())
    return keras.ops.convert_to_tensor(array)


def _copy(tensor: Any) -> np.ndarray:
    # A copy, since JAX may hand out a view of memory that the next training step reuses.
    return np.array(keras.ops.convert_to_numpy(tensor))
