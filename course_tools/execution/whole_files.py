"""Let papermill write executed notebooks whole or not at all.

By itself papermill writes into the open file, so that a full disk or a killed process would leave half a notebook in
place of the one of the previous cell.
"""

from pathlib import Path

from course_utils.files import write_text


class WholeFiles:
    """A papermill input/output handler for one path."""

    def read(self, path: str) -> str:
        """Return the file's text."""
        return Path(path).read_text(encoding="utf-8")

    def listdir(self, path: str) -> list[str]:
        """Return the paths in a folder."""
        return [str(entry) for entry in Path(path).iterdir()]

    def write(self, text: str, path: str) -> None:
        """Replace the file."""
        write_text(Path(path), text)

    def pretty_path(self, path: str) -> str:
        """Return the path as it is shown."""
        return path
