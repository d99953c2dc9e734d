"""What the program needs from `resources` is in the frozen folder too."""

import ast
import fnmatch
from pathlib import Path

import resources

ROOT = Path(resources.__file__).parent
FOR_PEOPLE_AND_BUILDERS = ("*.py", "*.md", "*.pyc")


def packaged_patterns():
    """RESOURCES as build.spec says it: folder and name patterns."""
    tree = ast.parse((ROOT.parent / "build.spec").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RESOURCES":
            return dict(ast.literal_eval(node.value))
    raise AssertionError("build.spec names no resources")


def test_every_resource_is_packaged():
    patterns = packaged_patterns()
    files = [path for path in ROOT.rglob("*") if path.is_file() and path.parent != ROOT]
    wanted = [
        path
        for path in files
        if not any(fnmatch.fnmatch(path.name, pattern) for pattern in FOR_PEOPLE_AND_BUILDERS)
    ]
    assert len(wanted) >= 7
    forgotten = [
        path.relative_to(ROOT).as_posix()
        for path in wanted
        if not any(
            fnmatch.fnmatch(path.name, pattern)
            for pattern in patterns.get(path.parent.relative_to(ROOT).as_posix(), ())
        )
    ]
    assert not forgotten


def test_the_fonts_licence_travels_with_the_fonts():
    """SIL Open Font License 1.1, condition 2: each copy contains the licence."""
    licence = resources.path("fonts/OFL.txt")
    assert any(fnmatch.fnmatch(licence.name, one) for one in packaged_patterns()["fonts"])


def test_no_script_of_the_builders_is_packaged():
    for folder, patterns in packaged_patterns().items():
        packed = [p for one in patterns for p in (ROOT / folder).glob(one)]
        assert packed
        assert not [p.name for p in packed if p.suffix == ".py"]
