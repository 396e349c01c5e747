"""Other libraries computing with these activations: a module for each, imported when it is asked for.

Nothing here is imported with `actkernels`, and no module changes anything before one of its functions is called. A
module imports the library that it is named after; ``pip install 'actkernels[sklearn]'`` installs that with it, and
likewise for the others that pip has.
"""
