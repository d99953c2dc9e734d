"""Whatever is recorded as looked at has a name for the person whose data it was."""

import ast
from pathlib import Path

import hall_platform
from hall_platform.looks import looks

PACKAGE = Path(hall_platform.__file__).parent
RECORDING = {"record", "record_sending", "look_at"}

# Where what is recorded is a resource of the directory, which has its title there.
OF_THE_DIRECTORY = {("exchange/asking.py", "asked.resource")}
# Where it is given on by who calls, or taken from a table: named here one by one.
GIVEN_ON = {
    ("business/case_routes.py", "resource"): set(),  # by look_at, whose callers are found
    ("business/routes.py", "resource"): {"preapplications", "licence-directory", "cases"},
    ("licences/routes.py", "f'licence-file-{request.format}'"): {
        "licence-file-pdf",
        "licence-file-ofd",
    },
    ("identity/citizens.py", "population.RESOURCE"): set(),  # of the directory
}


def recorded():
    """(file, what stands for the resource) of every record of a look that is written."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call):
                for given in resources_of(call):
                    yield (
                        path.relative_to(PACKAGE).as_posix(),
                        constants.get(given.id if isinstance(given, ast.Name) else "", given),
                    )


def resources_of(call):
    called = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if called not in RECORDING:
        return []
    given = [one.value for one in call.keywords if one.arg == "resource"]
    if called == "look_at" and len(call.args) == 5:
        given = [call.args[4]]
    return [
        one
        for each in given
        for one in ((each.body, each.orelse) if isinstance(each, ast.IfExp) else (each,))
    ]


def names():
    """The names that are recorded, and the places that are none of those known."""
    found, unknown = set(), set()
    for file, given in recorded():
        if isinstance(given, ast.Constant):
            found.add(given.value)
        elif (file, ast.unparse(given)) in GIVEN_ON:
            found |= GIVEN_ON[file, ast.unparse(given)]
        elif (file, ast.unparse(given)) not in OF_THE_DIRECTORY:
            unknown.add((file, ast.unparse(given)))
    return found, unknown


def test_every_look_that_is_recorded_has_a_title_and_no_title_is_idle():
    found, unknown = names()
    assert not unknown, "say in this test what is recorded there"
    assert {"cases", "licences", "licences-presented", "province", "upload"} <= found
    assert found == set(looks())


def test_titles_are_chinese_and_differ():
    titles = [look.title for look in looks().values()]
    assert len(set(titles)) == len(titles)
    for title in titles:
        assert any("一" <= sign <= "鿿" for sign in title)
