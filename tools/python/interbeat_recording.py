"""Reads interbeat's recordings (.ibr, docs/recording.md) with Python's sqlite3 and numpy alone.

    from interbeat_recording import Recording
    session = Recording("session.ibr")
    print(session.streams())                       # ['anna.ring.ppg', 'anna.ring.beats', ...]
    t, ppg = session.stream("anna.ring.ppg")       # seconds on the session clock; samples x channels
    t, beats = session.stream("anna.ring.beats")   # a structured array: beats["amplitude"]
    sent = session.packets("anna.ring")            # what the device sent: sent["arrival_ns"], sent["bytes"]
    print(session.problem)                         # '' or why it ends before its end

A value that may be absent is a float64, NaN where it is absent; a label is its number, its words are in
`session.labels("anna.ring.beats", "label")`; a text is bytes (S<n>, UTF-8). The file is only read. Every row is
compared with its checksum, and the first that is wrong ends the recording, as in interbeat itself. All parts of a
session (FILE.ibr, FILE.2.ibr, ...) are read as one.
"""

import json
import os
import sqlite3
import struct
import zlib

import numpy as np

APPLICATION_ID = 0x49425231
VERSIONS = (1, 2)
NEVER = -(2**63) // 4

_BLOCK = ("seq, source, port, first_index, anchor_index, anchor_t_ns, anchor_dt_q32, arrival_ns, settled_ns, "
          "uncertainty_ns, lost, flags, n, items, times, sample_flags, gaps, crc")
_COLUMNS = {
    "entry": "seq, kind, source, time_ns, param, number_bits, lost_until_ns, crc",
    "note": "seq, session_ns, kind, json, crc",
    "checkpoint": "seq, outlet, settled_ns, items, hash, crc",
    "ending": "seq, settled_ns, lost_records, crc",
    "continued": "seq, crc",
    "packet": "seq, source, channel, flags, arrival_ns, device_ns, port, first_index, n, lost, bytes, crc",
}
_SINCE = {"packet": 2}  # else a table is in every version
_ENTRY_KINDS = ("until", "seen", "finished", "event", "outage")
_FORMATS = {"f32": "<f4", "f64": "<f8", "i32": "<i4", "i64": "<i8", "u8": "u1", "bool": "?", "enum": "u1"}


class NotARecording(Exception):
    """The file can't be read at all; the text says why."""


def _crc(columns):
    crc = 0
    for value in columns:
        if value is None:
            value = b""
        if isinstance(value, int):
            crc = zlib.crc32(struct.pack("<q", value), crc)
        else:
            value = value.encode() if isinstance(value, str) else value
            crc = zlib.crc32(value, zlib.crc32(struct.pack("<q", len(value)), crc))
    return crc


def _open(path):
    """Whatever is wrong with the file is a NotARecording."""
    if not os.path.isfile(path):
        raise NotARecording(f"{path}: there is no such file")
    # SQLite writes beside a file even to read it, unless it is told that nobody changes it: a closed one.
    log = path + "-wal"
    logged = os.path.exists(log) and os.path.getsize(log) > 0
    db = None
    try:
        db = _connect(path, logged)
        return _opened(db, path)
    except (sqlite3.Error, UnicodeError, ValueError, TypeError, KeyError, OverflowError) as error:
        why = str(error)
        if logged and isinstance(error, sqlite3.OperationalError) and not os.access(os.path.dirname(log) or ".", os.W_OK):
            why = ("its last part lies in the -wal file beside it, which can't be read where nothing can be written; "
                   "copy both into a folder of your own")
        failure = NotARecording(f"{path}: {why}")
        failure.__cause__ = error
    except NotARecording as error:
        failure = error
    if db is not None:
        db.close()
    raise failure


def _connect(path, logged):
    place = "file:" + "".join(f"%{ord(c):02x}" if c in "?#%" else c for c in os.path.abspath(path))
    return sqlite3.connect(place + ("?mode=ro" if logged else "?immutable=1"), uri=True)


def _is_empty(db):
    return db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0


def _nothing_in(path):
    """An empty database; in write-ahead mode (bytes 18 and 19 of its header) its rows may lie in a log elsewhere."""
    why = f"{path}: it holds nothing: its recorder was stopped before it had begun"
    with open(path, "rb") as file:
        if file.read(20)[18:] == b"\2\2" and not os.path.exists(path + "-wal"):
            why += f", or what it wrote was left behind in {os.path.basename(path)}-wal: move both together"
    return NotARecording(why)


def _opened(db, path):
    db.execute("PRAGMA trusted_schema = 0")
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if application == 0 and version == 0 and _is_empty(db):
        raise _nothing_in(path)
    if application != APPLICATION_ID:
        raise NotARecording(f"{path}: it is no recording")
    if version not in VERSIONS:
        raise NotARecording(f"{path}: version {version} of the format; this program reads up to {VERSIONS[-1]}")
    kinds = {row[0] for row in db.execute("SELECT type FROM sqlite_schema")}
    if kinds != {"table"}:
        raise NotARecording(f"{path}: it has other things in it than a recording")
    db.execute("BEGIN")
    for table, columns in {"block": _BLOCK, **_COLUMNS}.items():
        if version >= _SINCE.get(table, 1):
            db.execute(f"SELECT {columns} FROM {table} LIMIT 0")
    row = db.execute("SELECT id, session, part, first_seq, head, crc FROM recording").fetchone()
    if row is None or not isinstance(row[4], str) or _crc(row[:-1]) != row[-1]:
        raise NotARecording(f"{path}: its head is missing or damaged")
    head = json.loads(row[4])
    for source in head["sources"]:
        source["path"], [port["name"] for port in source["ports"]]
    return db, row[1], row[2], row[3], head


class Recording:
    """A session: `head` as it was written, `finished`, `problem`, and its streams."""

    def __init__(self, path):
        path = os.fspath(path)
        db, self.session, self.part, first_seq, self.head = _open(path)
        self.finished = False
        self.problem = ""
        self._blocks, self._rows = {}, {table: [] for table in _COLUMNS}
        self._ports = {}
        for s, source in enumerate(self.head["sources"]):
            for p, port in enumerate(source["ports"]):
                self._ports[f"{source['path']}.{port['name']}"] = (s, p)
        stem, extension = os.path.splitext(path)
        if self.part > 1 and stem.endswith(f".{self.part}"):
            stem = stem[: -len(f".{self.part}")]
        expected, part = (0 if self.part == 1 else first_seq), self.part
        self.lost = 0
        while True:
            expected = self._read(db, path, expected)
            db.close()
            if not self._rows["continued"] or self.problem or self.finished:
                break
            self._rows["continued"].clear()
            part += 1
            path = f"{stem}.{part}{extension}"
            try:
                db, session, number, _, _ = _open(path)
                if (session, number) != (self.session, part):
                    raise NotARecording(f"{path}: it belongs to another session")
            except NotARecording as error:
                self.problem = f"it goes on in another file, which can't be read: {error}"
                break

    def _read(self, db, path, expected):
        """Takes rows in the order of their numbers up to the first that is damaged."""
        cursors, heads, failed = {}, {}, ""
        version = db.execute("PRAGMA user_version").fetchone()[0]

        def step(table):
            nonlocal failed
            heads.pop(table, None)
            try:
                if table not in cursors:
                    columns = _BLOCK if table == "block" else _COLUMNS[table]
                    cursors[table] = db.execute(f"SELECT {columns} FROM {table} ORDER BY seq")
                row = cursors[table].fetchone()
            except (sqlite3.Error, UnicodeError, OverflowError) as error:
                failed = f"{path}: from a row of {table} on it can't be read: {error}"
                return
            if row is None:
                return
            if not isinstance(row[0], int):
                failed = f"{path}: a row of {table} has no number"
                return
            heads[table] = row

        for table in ("block", *_COLUMNS):
            if version >= _SINCE.get(table, 1):
                step(table)
        while heads:
            table = min(heads, key=lambda name: heads[name][0])
            row = heads[table]
            if failed and row[0] != expected:
                break
            if row[0] < expected or any(isinstance(v, float) for v in row) or _crc(row[:-1]) != row[-1]:
                failed = f"{path}: record {row[0]} ({table}) is damaged"
                break
            self.lost += row[0] - expected
            expected = row[0] + 1
            if table == "block":
                self._blocks.setdefault((row[1], row[2]), []).append(row)
            else:
                self._rows[table].append(row)
            if table == "ending":
                self.finished = True
                break
            if table == "continued":
                expected -= 1
                break
            step(table)
        self.problem = "" if self.finished else failed
        return expected

    def streams(self):
        """Names of all streams that were recorded."""
        return [name for name, (s, p) in self._ports.items() if not self._port(s, p)["stream_flags"] & 1]

    def _port(self, s, p):
        return self.head["sources"][s]["ports"][p]

    def port(self, name):
        """What the head says of a stream: type, unit, rate_hz, channels, fields ..."""
        if name not in self._ports:
            raise KeyError(f"{name}: there are {', '.join(self.streams())}")
        return self._port(*self._ports[name])

    def labels(self, name, field):
        """Words of an enumerated field, by number."""
        return next(f.get("labels", []) for f in self.port(name)["fields"] if f["name"] == field)

    def times_ns(self, name):
        """Exact times of the items, int64 nanoseconds on the session clock."""
        regular = self.port(name)["rate_hz"] > 0
        times = []
        for row in self._blocks.get(self._ports[name], []):
            if regular:
                first, index, start, spacing, n = row[3], row[4], row[5], row[6], row[12]
                times.extend(start + ((first + i - index) * spacing >> 32) for i in range(n))
            else:
                times.append(np.frombuffer(row[14] or b"", "<i8"))
        if regular or not times:
            return np.array(times, np.int64)
        return np.concatenate(times).astype(np.int64)

    def stream(self, name):
        """times_s, values: float64 seconds, and samples x channels or a structured array of items."""
        port = self.port(name)
        items = b"".join(row[13] or b"" for row in self._blocks.get(self._ports[name], []))
        seconds = self.times_ns(name) * 1e-9
        if not port["fields"]:
            return seconds, np.frombuffer(items, "<f4").reshape(-1, max(1, port["channels"]))
        raw = {"names": [], "formats": [], "offsets": [], "itemsize": port["item_bytes"]}
        for field in port["fields"]:
            raw["names"].append(field["name"])
            raw["offsets"].append(field["offset"])
            raw["formats"].append({"text": f"S{field['count']}", "maybe": [("value", "<f8"), ("present", "<u8")]}
                                  .get(field["kind"]) or _FORMATS[field["kind"]])
        packed = np.frombuffer(items, np.dtype(raw))
        values = np.empty(len(packed), [(f["name"], "<f8" if f["kind"] == "maybe" else packed.dtype[f["name"]])
                                        for f in port["fields"]])
        for field in port["fields"]:
            column = packed[field["name"]]
            if field["kind"] == "maybe":
                column = np.where(column["present"] == 1, column["value"], np.nan)
            values[field["name"]] = column
        return seconds, values

    def sample_flags(self, name):
        """A byte per sample (IB_SAMPLE_*): 0 is all clear."""
        return np.concatenate([np.frombuffer(row[15] or bytes(row[12]), "u1")
                               for row in self._blocks.get(self._ports[name], [])] or [np.empty(0, "u1")])

    def gaps(self, name):
        """Stretches in which nothing was measured: from_s, to_s of each."""
        marks = np.frombuffer(b"".join(row[16] or b"" for row in self._blocks.get(self._ports[name], [])),
                              np.dtype([("from", "<i8"), ("to", "<i8"), ("at", "<u4"), ("reserved", "<u4")]))
        return np.stack([marks["from"], marks["to"]], 1) * 1e-9

    def blocks(self, name):
        """A row per block of a stream: first device index, items, arrival, settled time, uncertainty, lost."""
        rows = [(r[3] % 2**64, r[12], r[7], r[8], r[9], r[10] % 2**64)
                for r in self._blocks.get(self._ports[name], [])]
        return np.array(rows, [("first_index", "<u8"), ("n", "<u4"), ("arrival_ns", "<i8"), ("settled_ns", "<i8"),
                               ("uncertainty_ns", "<i8"), ("lost", "<u8")])

    def packets(self, source):
        """A row per packet that a device sent, to estimate its clock anew; `source` is its path, "anna.ring".

        `channel` and `port` are words: what it came from, and whose n samples from first_index on it bears ("" and
        n 0: none). `device_ns` is NEVER where the device tells no time. `flags`: 1 connected, 2 disconnected (both
        are no packets), 4 the count begins anew, 8 the device counts; `lost` packets in front of it weren't kept.
        """
        paths = [s["path"] for s in self.head["sources"]]
        if source not in paths:
            raise KeyError(f"{source}: there are {', '.join(paths)}")
        number = paths.index(source)
        head = self.head["sources"][number]
        channels, ports = head.get("packet_channels", []), [port["name"] for port in head["ports"]]
        rows = [(channels[r[2]], r[3], r[4], NEVER if r[5] is None else r[5], ports[r[6]] if r[8] else "", r[7], r[8], r[9], r[10] or b"")
                for r in self._rows["packet"] if r[1] == number]
        return np.array(rows, [("channel", "O"), ("flags", "<u4"), ("arrival_ns", "<i8"), ("device_ns", "<i8"),
                               ("port", "O"), ("first_index", "<u8"), ("n", "<u4"), ("lost", "<u8"), ("bytes", "O")])

    def notes(self):
        """(seconds, kind, what was noted) of each remark, mark and piece of telemetry."""
        return [(t * 1e-9, kind, json.loads(text)) for _, t, kind, text, _ in self._rows["note"]]

    def events(self):
        """(seconds, node path, index of its parameter, value) of each setting that was changed."""
        return [(t * 1e-9, self.head["nodes"][node], param, struct.unpack("<d", struct.pack("<q", bits))[0])
                for _, kind, node, t, param, bits, _, _ in self._rows["entry"]
                if _ENTRY_KINDS[kind] == "event"]
