"""Other libraries with these activations in the place of theirs.

Each module here imports the library that it is named after, so it is imported by name:
``import actkernels.integrations.sklearn``. What is installed with it stands in pyproject.toml under the same name:
``pip install 'actkernels[sklearn]'``.
"""
