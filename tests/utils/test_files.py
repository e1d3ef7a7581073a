"""Files are written atomically."""

import os

from course_utils.files import write_bytes


def test_two_writers_with_the_same_process_id_do_not_meet(tmp_path, monkeypatch):
    """Such as two containers with a folder in common."""
    path, flush = tmp_path / "file", os.fsync

    def meanwhile(descriptor):
        monkeypatch.setattr(os, "fsync", flush)
        write_bytes(path, b"the other's")

    monkeypatch.setattr(os, "fsync", meanwhile)
    write_bytes(path, b"this one's")
    assert path.read_bytes() == b"this one's" and list(tmp_path.iterdir()) == [path]
