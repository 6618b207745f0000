"""How templates are loaded."""

from flask import Flask


def test_templates_share_the_globals_of_the_environment(app: Flask) -> None:
    environment = app.jinja_env
    template = environment.get_template("shell/page.html")
    assert template.globals is environment.globals, "imports of macros compare the keys of globals in Python"
    own = environment.from_string("{{ greeting }}{{ today() }}", globals={"greeting": "Hei "})
    assert own.globals["greeting"] == "Hei "
    assert "greeting" not in environment.globals
