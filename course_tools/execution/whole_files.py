"""How papermill writes executed notebooks here: whole or not at all.

papermill opens the file that it writes, so a disk that is full, or a process that is killed, would leave half a
notebook where that of the previous cell was.
"""

from pathlib import Path

from course_utils.files import write_text


class WholeFiles:
    """A papermill input/output handler for one path."""

    def read(self, path: str) -> str:
        """Return the file's text."""
        return Path(path).read_text(encoding="utf-8")

    def listdir(self, path: str) -> list[str]:
        """Return the paths of what is in a folder."""
        return [str(entry) for entry in Path(path).iterdir()]

    def write(self, text: str, path: str) -> None:
        """Replace the file."""
        write_text(Path(path), text)

    def pretty_path(self, path: str) -> str:
        """Return the path as it is shown."""
        return path
