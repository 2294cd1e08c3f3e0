"""Composition: the config, the DAG, the command line and the runners."""
