"""What pyproject.toml cannot say: one kernel module for each CPU level, rendered from a template; a README with links.

Everything else, the version and the tools' settings included, stands in pyproject.toml.
"""

import os
import platform
import re
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError

ROOT = Path(__file__).resolve().parent
SRC = ROOT / "src"
README = (ROOT / "README.md").read_text(encoding="utf-8")

# The axis of CPU levels: a line of flags here, a predicate in src/cpu.pyx.
LEVELS = {"baseline": []}
if platform.machine().lower() in ("x86_64", "amd64"):
    LEVELS |= {
        "x86_64_v3": ["-march=x86-64-v3"],
        # 512-bit vectors are 1.2 to 1.6 times faster here than the 256-bit ones that GCC prefers
        "x86_64_v4": ["-march=x86-64-v4", "-mprefer-vector-width=512"],
    }

# No -ffast-math: results are promised to the last bit, and before GCC 13 linking with it changes the whole
# process. These three let loops vectorise without changing a value; contraction is off because a fused
# multiply-add is spelled out where it is meant.
MATH_FLAGS = ["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off"]
# In a float loop one double constant costs a factor of two to four.
KERNEL_FLAGS = [*MATH_FLAGS, "-Wdouble-promotion", "-Werror=double-promotion"]
# GCC turns selects into control flow, copies what follows into each branch and blends the copies: up to twice the
# instructions, and products of lanes that nobody wants, which may be subnormal. For compilers that know these.
SELECT_FLAGS = ["-fno-thread-jumps", "-fno-split-paths"]
# clang doubts whether & and | between comparisons are meant: they are, && would be control flow.
WARNING_FLAGS = ["-Wno-bitwise-instead-of-logical", "-Wno-bitwise-conditional-parentheses"]
THREAD_FLAGS = ["-pthread"]
ENGINE_FLAGS = [*MATH_FLAGS, *THREAD_FLAGS]
if sys.platform == "win32":
    MATH_FLAGS = KERNEL_FLAGS = ENGINE_FLAGS = ["/O2", "/fp:precise"]
    THREAD_FLAGS = []
# The sources are written for GCC and clang. On Windows that is clang-cl, which takes the place of Microsoft's compiler.
CLANG_CL_FLAGS = ["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off"]
# Interpreters are often built with -g, and hand it on: five times the size.
LINK_FLAGS = ["-Wl,--strip-all"] if sys.platform == "linux" else []

C_SOURCES = {"_engine": ["src/pool.c"]}

ABI3 = not sysconfig.get_config_var("Py_GIL_DISABLED")  # free-threaded interpreters have no limited API
MACROS = [("NPY_NO_DEPRECATED_API", "NPY_2_0_API_VERSION"), ("NPY_TARGET_VERSION", "NPY_2_0_API_VERSION")]
if ABI3:
    MACROS.append(("Py_LIMITED_API", "0x030B0000"))

NO_COMPILER = """
actkernels is compiled when it is installed from source, and no C compiler with Python's headers was found.
Install them, then try again:
  Debian, Ubuntu  apt install gcc python3-dev        Alpine   apk add gcc musl-dev python3-dev
  Fedora          dnf install gcc python3-devel      macOS    xcode-select --install
  Windows         of the Visual Studio Build Tools "Desktop development with C++", and there "C++ Clang tools"
or install a wheel, which needs no compiler: pip install --only-binary :all: actkernels
The compiler said: {}"""


def extension(name):
    return Extension(f"actkernels.{name}", sources=[], define_macros=MACROS, py_limited_api=ABI3)


class BuildExtensions(build_ext):
    """Asks the compiler which levels it knows, renders their modules, compiles them side by side."""

    def finalize_options(self):
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()

    def use_clang_cl(self):
        program = shutil.which("clang-cl") or shutil.which("clang-cl", path=r"C:\Program Files\LLVM\bin")
        if not program:
            raise SystemExit(NO_COMPILER.format("clang-cl is neither on the PATH nor in C:\\Program Files\\LLVM\\bin"))
        self.compiler.initialize()
        self.compiler.cc = program

    def accepts(self, flags):
        """Compile next to nothing with `flags`; None, or what went wrong."""
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "probe.c")
            source.write_text("#include <Python.h>\nint probe;\n")
            try:
                self.compiler.compile([str(source)], output_dir=folder, extra_postargs=flags)
            except (CompileError, OSError) as error:
                return error
        return None

    def build_extensions(self):
        import numpy
        from Cython.Build import cythonize
        from Cython.Compiler import Errors

        sys.path.insert(0, str(SRC))
        from render import declare_face, render

        windows = self.compiler.compiler_type == "msvc"
        if windows:
            self.use_clang_cl()
        translated = (lambda flags: [f"/clang:{flag}" for flag in flags]) if windows else list
        if error := self.accepts([]):
            raise SystemExit(NO_COMPILER.format(error))
        selects = [] if windows else [flag for flag in SELECT_FLAGS if not self.accepts(["-Werror", flag])]
        levels = []
        for level, flags in LEVELS.items():
            if self.accepts(translated(flags)):
                print(f"actkernels: this compiler does not know {' '.join(flags)}: built without {level}")
            else:
                levels.append(level)

        folder = Path(self.build_temp, "rendered")
        sources = {module.stem: module for module in render(folder, levels)}
        sources |= {"_cpu": SRC / "cpu.pyx", "_engine": SRC / "engine.pyx"}
        self.extensions = [e for e in self.extensions if e.name.rpartition(".")[2] in sources]
        for ext in self.extensions:
            name = ext.name.rpartition(".")[2]
            kind, _, level = name[1:].partition("_")
            ext.sources = [os.path.relpath(sources[name], ROOT), *C_SOURCES.get(name, [])]
            ext.depends = [os.path.relpath(header, ROOT) for header in SRC.glob("*.h")]
            ext.include_dirs = [str(folder), str(SRC), numpy.get_include()]
            ext.extra_link_args = LINK_FLAGS + THREAD_FLAGS
            if level in LEVELS:
                ext.extra_compile_args = KERNEL_FLAGS + WARNING_FLAGS + selects + translated(LEVELS[level])
                ext.define_macros = [*MACROS, ("USUAL", str(int(kind == "usual")))]
            else:
                ext.extra_compile_args = list(ENGINE_FLAGS)
            if windows:
                ext.extra_compile_args += translated(CLANG_CL_FLAGS)
        Errors.LEVEL = 2  # vmath.pxd has each function for float and double: overloads, not mistakes
        compiled = cythonize(
            self.extensions,
            include_path=[str(folder), str(SRC)],
            build_dir=str(folder),
            nthreads=self.parallel,
            quiet=True,
        )
        for ext, generated in zip(self.extensions, compiled, strict=True):
            ext.sources = generated.sources
        super().build_extensions()
        declare_face(Path(self.get_ext_fullpath("actkernels._engine")).parent)

    def copy_extensions_to_source(self):
        super().copy_extensions_to_source()
        for stub in Path(self.build_lib, "actkernels").glob("_declared_*.pyi"):
            shutil.copy(stub, ROOT / "actkernels")


def published():
    """What PyPI shows. The workflow that publishes is told the repository's address: there links lead to the tag."""
    if "GITHUB_REPOSITORY" not in os.environ:
        return {"long_description": README}
    repository = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}".format_map(os.environ)

    def address(file):
        return f"{repository}/{'raw' if file.endswith('.png') else 'blob'}/{os.environ['GITHUB_REF_NAME']}/{file}"

    return {
        "long_description": re.sub(r"\]\((?!\w+:|#)([^)]+)", lambda link: f"]({address(link[1])}", README),
        "project_urls": {
            "Repository": repository,
            "Documentation": address("docs/getting_started.md"),
            "Changelog": address("CHANGELOG.md"),
        },
    }


setup(
    **published(),
    long_description_content_type="text/markdown",
    ext_modules=[
        extension(name)
        for name in ("_cpu", "_engine", *(f"_{kind}_{level}" for kind in ("kernels", "usual") for level in LEVELS))
    ],
    cmdclass={"build_ext": BuildExtensions},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if ABI3 else {},
)
