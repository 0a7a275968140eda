"""check.py finds what differs: each kind of block with output that it accepts, and with output that it must refuse."""

import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it is
import check  # noqa: E402


def source(*blocks):
    return "int main() {}\n" + "".join(f"// {heading}\n" + "".join(f"//   {line}\n" for line in lines) for heading, lines in blocks)


class Check(unittest.TestCase):
    def accepts(self, text, output):
        check.check(check.blocks_of(text), output)

    def refuses(self, text, output):
        with self.assertRaises(check.Mismatch):
            check.check(check.blocks_of(text), output)

    def test_in_order(self):
        text = source(("Output:", ["a", "b"]))
        self.accepts(text, "a\nb\n")
        for output in ("b\na\n", "a\n", "a\nb\nc\n", "a\nB\n", ""):
            self.refuses(text, output)

    def test_any_order(self):
        text = source(("Output, in any order:", ["a", "b", "b"]))
        self.accepts(text, "b\na\nb\n")
        for output in ("a\na\nb\n", "a\nb\n", "a\nb\nb\nb\n"):
            self.refuses(text, output)

    def test_per_first_word(self):
        text = source(("Output, in order per first word:", ["x 1", "x 2", "y 1"]))
        self.accepts(text, "x 1\ny 1\nx 2\n")
        for output in ("x 2\nx 1\ny 1\n", "x 1\nx 2\nz 1\n", "x 1\nx 2\nx 2\n"):
            self.refuses(text, output)

    def test_among_others(self):
        text = source(("Output, among others:", ["a", "b"]))
        self.accepts(text, "0\na\n1\nb\n2\n")
        for output in ("b\na\n", "a\n1\n", ""):
            self.refuses(text, output)

    def test_blocks_follow_each_other(self):
        text = source(("Output, in any order:", ["a", "b"]), ("Output:", ["end"]))
        self.accepts(text, "b\na\nend\n")
        self.refuses(text, "b\nend\na\n")

    def test_placeholders(self):
        text = source(("Output:", ["{at least 100} ms, {number} left {...}"]))
        self.accepts(text, "100 ms, -3 left (of 7)\n")
        for output in ("99 ms, 3 left \n", "100 ms, x left \n", "100 ms, 3 right \n"):
            self.refuses(text, output)

    def test_sources_that_say_nothing(self):
        for text in ("int main() {}\n", source(("Output:", []))):
            self.refuses(text, "")
        self.refuses(source(("Output, in some order:", ["a"])), "a\n")


if __name__ == "__main__":
    unittest.main()
