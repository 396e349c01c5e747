"""The documentation site: ``pip install '.[docs]' && sphinx-build -W docs build/docs``.

Pages are the Markdown files here. Those of the activations are written at build time, from the catalogue and from what
bench/results holds, by docs/site/activation_pages.py; nothing that is written so is in git.
"""

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in ("docs/site", "bench", "examples")]

# Before there is a stand-in for torch (autodoc_mock_imports), which SciPy would take for the real one.
import actkernels.integrations.sklearn  # noqa: E402, F401 - for what it imports, and when

project = "actkernels"
author = "the authors of actkernels"
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    # of docs/site
    "mathml",
    "activation_pages",
]
exclude_patterns = ["site", "gallery_src", "gallery/**/*.ipynb"]
templates_path = ["_templates"]
default_role = "py:obj"

# ---- Markdown

myst_enable_extensions = ["attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["config.cache"]  # of sphinx-gallery's sorting, which is no text

# ---- reference

autosummary_generate = True
autodoc_mock_imports = ["thinc", "torch"]  # large, and only their names are needed
autodoc_typehints = "none"  # numpydoc has them
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

# ---- examples

sphinx_gallery_conf = {
    "examples_dirs": "gallery_src",
    "gallery_dirs": "gallery",
    "filename_pattern": r"/\w+\.py",
    "download_all_examples": False,
    "show_memory": False,
    "min_reported_time": 1e9,  # how long they took where the site was built says nothing
    "show_signature": False,
    "capture_repr": (),
    "copyfile_regex": "",
    "write_computation_times": False,
    "image_srcset": ["2x"],
    "within_subsection_order": "FileNameSortKey",
    "remove_config_comments": True,
}

# ---- HTML

html_theme = "pydata_sphinx_theme"
html_title = f"actkernels {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_theme_options = {
    "logo": {"text": "actkernels"},
    "header_links_before_dropdown": 6,
    "navbar_persistent": ["search-button"],
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
    "show_prev_next": True,
}
html_sidebars = {"index": []}
html_context = {"default_mode": "auto"}
