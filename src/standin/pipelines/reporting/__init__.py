"""Reporting: figures of each experiment, the accuracy table, and the HTML reports."""
