"""What holds of Standin, as facts."""

import standin as standin  # chooses TensorFlow's kernels, as every run has them, and so has to come before TensorFlow
