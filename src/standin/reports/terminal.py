"""Results as text for a terminal."""

import pandas as pd

COLUMNS = ["arm", "generative_model", "n_real", "n_synthetic", "n_labels_spent", "macro_f1"]


def accuracy_text(data_set: str, accuracy: pd.DataFrame) -> str:
    """A data set's accuracy table, with intervals in percent."""
    table = accuracy[COLUMNS].copy()
    table["generative_model"] = table["generative_model"].fillna("")
    percent = 100 * accuracy[["accuracy", "accuracy_low", "accuracy_high"]]
    table["accuracy, % (interval)"] = [f"{a:.1f} ({low:.1f} to {high:.1f})" for a, low, high in percent.to_numpy()]
    table["macro_f1"] = table["macro_f1"].map("{:.3f}".format)
    return f"{data_set}: accuracy on real test images\n\n{table.to_string(index=False)}"
