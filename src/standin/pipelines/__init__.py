"""The pipelines, one folder per stage; `build.py` combines the stages for each data set and experiment."""
