# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""Makes the page that shows every program in both languages, side by side, from the files themselves."""
import html
import re
from pathlib import Path

from programs import CHAPTERS, HERE, PROGRAMS, Program, find
from support.stage import stage

WORDS = {
    "py": r"async|await|def|class|for|in|while|if|else|elif|with|as|import|from|return|try|except|finally|raise|not|"
          r"yield|lambda|and|or|True|False|None|pass|break",
    "cpp": r"#include|using|const|auto|void|int|long|double|char|bool|unsigned|struct|class|public|private|for|while|"
           r"if|else|return|try|catch|throw|static|template|namespace|true|false|nullptr|do|break|continue",
}
COMMENT = {"py": r'"""[\s\S]*?"""|\#.*', "cpp": r"//.*"}
STRING = r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'"


def coloured(code: str, language: str) -> str:
    """The code as HTML; its text stays as it is."""
    parts = re.compile(rf"(?P<c>{COMMENT[language]})|(?P<s>{STRING})|(?P<k>(?<!\w)(?:{WORDS[language]})\b)")
    result, end = [], 0
    for part in parts.finditer(code):
        result.append(html.escape(code[end:part.start()], quote=False))
        result.append(f'<span class="{part.lastgroup}">{html.escape(part[0], quote=False)}</span>')
        end = part.end()
    return "".join(result) + html.escape(code[end:], quote=False)


def code_of(program: Program, language: str) -> str:
    """The source without its licence and what it says of itself."""
    text = program.source(language).read_text()
    if language == "py":
        return text.split('"""', 2)[2].strip("\n") + "\n"
    lines = text.splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if not line.startswith("//"))
    return "".join(lines[start:])


def column(program: Program, language: str) -> str:
    words = " ".join(program.words(language).split())
    return (f'<div><p>{html.escape(words, quote=False)}</p><h4>{program.name}.{language}</h4>'
            f'<pre id="{program.name}.{language}">{coloured(code_of(program, language), language)}</pre></div>\n')


def section(program: Program) -> str:
    return (f'<section id="{program.name}"><h3><a href="#{program.name}">{program.name}</a></h3>\n'
            f'<div class="pair">{column(program, "py")}{column(program, "cpp")}</div></section>\n')


def drawn_curve(built: Path, scale: float) -> str:
    """The curve, measured now."""
    program = find("step_curve")
    with stage(program, built, scale) as on:
        on.run(program, "cpp", check=True, capture_output=True)
        return Path(on.directory, "step_curve.svg").read_text()


def make(built: Path, scale: float) -> str:
    contents, chapters = [], []
    for chapter, title in CHAPTERS.items():
        programs = [program for program in PROGRAMS if program.chapter == chapter]
        links = ", ".join(f'<a href="#{program.name}">{program.name}</a>' for program in programs)
        contents.append(f"<li>{title}: {links}</li>\n")
        chapters.append(f"<h2>{title}</h2>\n" + "".join(map(section, programs)))
    parts = {"contents": "".join(contents), "curve": drawn_curve(built, scale), "programs": "".join(chapters)}
    frame = (HERE / "page.html").read_text()
    return re.sub(r"\{\{(\w+)\}\}", lambda name: parts[name[1]], frame)


def write(built: Path, scale: float) -> Path:
    path = built / "tutorial.html"
    path.write_text(make(built, scale))
    return path
