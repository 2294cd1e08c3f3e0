"""Lists the packages of the distribution, for installers and for Beam's `--setup_file` on remote workers."""

from setuptools import find_packages, setup

setup(packages=find_packages(include=["pipeline*", "components*", "models*", "serving*"]))
