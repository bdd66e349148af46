"""The pipelines, one folder a stage; `assembly.py` puts the stages together for each data set and experiment."""
