"""What is measured, by commands of its own: `python -m benchmarks.<name>`."""

import standin as standin  # chooses TensorFlow's kernels, as every run has them, and so has to come before TensorFlow
