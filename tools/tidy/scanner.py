"""Reads C++ just well enough to tell code from comments and strings, and to find where functions begin and end."""

import re

_SKIPPED = re.compile(
    r"""
      (?P<comment> //(?:\\\n|[^\n])* | /\*.*?\*/ )
    | (?P<raw>     \b(?:u8|u|U|L)?R"(?P<fence>[^()\\\s]{0,16})\(.*?\)(?P=fence)" )
    | (?P<string>  "(?:\\.|[^"\\\n])*" )
    | (?P<digits>  \b[0-9](?:'?[0-9a-zA-Z_.])* )
    | (?P<char>    '(?:\\.|[^'\\\n])+' )
    """,
    re.S | re.X,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments_and_strings(text):
    """The same text, offset for offset, with comments blanked and literals emptied; their quotes stay."""

    def replace(match):
        found = match[0]
        if match["digits"]:
            return found.replace("'", "_")  # a separator is no quote
        if match["comment"]:
            return _blank(found)
        return '"' + _blank(found[1:-1]) + '"'

    return _SKIPPED.sub(replace, text)


def _without_preprocessor(code):
    return re.sub(r"(?m)^[ \t]*#(?:\\\n|[^\n])*", lambda m: _blank(m[0]), code)


_TEMPLATE = re.compile(r"^\s*template\s*<")
_TYPE = re.compile(r"^(?:typedef|static|inline|constexpr|const|\s)*\b(?:class|struct|union|enum)\b[^(]*$")
_TYPE_BEHIND_REQUIRES = re.compile(r"^requires\b.*\b(?:class|struct|union)\s+[\w:]+(?:\s+final)?(?:\s*:[^()]*)?$", re.S)
_INIT_LIST = re.compile(r"\)\s*(?:noexcept\s*(?:\([^()]*\))?\s*)?:(?!:)")
_BEFORE_A_HEAD = re.compile(r"\s*(?:(?:public|private|protected)\s*:(?!:)\s*)*")
_BEFORE_A_BODY = {"const", "noexcept", "override", "final", "mutable", "try", "volatile"}


def _without_template(head):
    while _TEMPLATE.match(head):
        depth = 0
        for i, c in enumerate(head):
            depth += (c == "<") - (c == ">" and head[i - 1] != "-")
            if c == ">" and depth == 0:
                head = head[i + 1 :]
                break
        else:
            return head
    return head


def _without_angle_brackets(text):
    while (shorter := re.sub(r"(?<=\w)\s*<[^<>]*>", "", text)) != text:
        text = shorter
    return text


def _kind(head):
    """What a brace opens, from the text between it and the statement before: namespace, type, function, member, or value."""
    text = head[_BEFORE_A_HEAD.match(head).end() :].rstrip()
    if re.match(r"(?:inline\s+)?namespace\b|extern\s*\"[^\"]*\"\s*$", text):
        return "namespace"
    text = re.sub(r"\[\[.*?\]\]|\balignas\s*\([^()]*\)", " ", _without_template(text)).strip()
    if re.search(r"\bconcept\b", text):
        return "value"
    plain = _without_angle_brackets(text)
    if _TYPE.match(plain) or _TYPE_BEHIND_REQUIRES.match(plain):
        return "type"
    if not re.search(r"[)\]]", text) or text.endswith("="):
        return "value"
    word = re.search(r"([\w>]+)$", text)
    if _INIT_LIST.search(text) and word and word[1] not in _BEFORE_A_BODY:
        return "member"  # of a constructor's initialiser list: `: value_{1} {`
    if re.search(r"\[[^\[\]()]*\]$", text) and not text.startswith("["):
        return "value"  # an array: `int table[4]{`
    return "function"


def _name(head):
    text = _without_template(head[_BEFORE_A_HEAD.match(head).end() :])
    test = re.match(r"((?:TYPED_)?TEST\w*)\s*\(\s*(\w+)\s*,\s*(\w+)", text)
    if test:
        return f"{test[1]} {test[2]}.{test[3]}"
    for named in re.finditer(r"(operator\s*[^\s(\w]+|operator\s*\(\)|[\w:~]+)\s*\(", text):
        if named[1] not in ("requires", "decltype", "alignas", "explicit", "noexcept"):
            return named[1]
    return "a lambda"


def _scopes(code):
    """(kind, head, begin of the head, opening brace, closing brace) of each brace outside of functions, in order of closing."""
    code = _without_preprocessor(code)
    stack = []
    start, parens = 0, 0
    for i, c in enumerate(code):
        inside = stack[-1][0] if stack else "namespace"
        if inside == "function" or inside == "skipped":
            if c == "{":
                stack.append(("skipped", "", i, i, 0))
            elif c != "}":
                continue
        elif c in "(":
            parens += 1
        elif c == ")":
            parens = max(0, parens - 1)
        elif c == ";" and parens == 0:
            start = i + 1
        elif c == "{":
            kind = "skipped" if parens else _kind(code[start:i])
            stack.append(("skipped" if kind == "member" else kind, code[start:i], start, i, parens))
            if stack[-1][0] != "skipped":
                start, parens = i + 1, 0
        if c == "}" and stack:
            kind, head, begin, opened, parens = stack.pop()
            if kind != "skipped":
                yield kind, head, begin, opened, i
                start = i + 1


def functions_of(code):
    """(first line, last line, name) of each function with a body. A lambda is part of the function that it stands in."""
    for kind, head, begin, _, end in _scopes(code):
        if kind == "function":
            begin += _BEFORE_A_HEAD.match(head).end()
            yield code.count("\n", 0, begin) + 1, code.count("\n", 0, end) + 1, _name(head)


def namespace_scope_mask(code):
    """For each character: does it stand outside of every function?"""
    mask = bytearray(b"\1" * len(code))
    for kind, _, _, opened, end in _scopes(code):
        if kind == "function":
            mask[opened:end] = bytes(end - opened)
    return mask
