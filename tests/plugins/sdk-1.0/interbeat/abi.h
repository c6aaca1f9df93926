/* interbeat/abi.h: the contract between the engine and every node. C11, no allocation, no STL.
 *
 * Built-in nodes, plugins and drivers are all written against this header (or its C++ sugar,
 * node.hpp). The engine knows nothing else about a node.
 *
 * Threads are symbolic, a guard rather than an OS thread:
 *   [control]  may allocate, block, log; never while the node is active on [exec], unless said
 *   [exec]     the data path: no allocation, no lock, no blocking call, no clock, no exception
 *   [any]      from anywhere, at any time
 * Ownership in one sentence: everything in ib_process is borrowed until `process` returns;
 * inputs are read-only, outputs are slots that the host reserved.
 *
 * Versions: structs that begin with `struct_size` only grow, at their end, and a reader uses min(size).
 * In the tables of a descriptor (ports, params, fields) the first entry's `struct_size` is the distance
 * from one entry to the next. Structs without it (ib_version, ib_maybe, ib_gap, ib_anchor, ib_event,
 * ib_section) never change. A new behaviour is a new extension id ("name/major"). Equal `abi.major` loads.
 */
#ifndef INTERBEAT_ABI_H
#define INTERBEAT_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "interbeat is little-endian only: recordings and replay promise bytes"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define IB_ABI_MAJOR 1u
#define IB_ABI_MINOR 0u
#define IB_ABI_PATCH 0u

typedef struct ib_version {
  uint32_t major, minor, patch;
} ib_version;

/* -- status ------------------------------------------------------------------------------- */

typedef int32_t ib_status;
enum {
  IB_OK = 0,
  IB_SLEEP = 1, /* source: nothing before ib_process.wake_ns */
  IB_DONE = 2,  /* source: nothing will ever come again */
  /* The node failed: by on_error its stream ends, it starts again, or its input goes past it. What
   * this call wrote is not sent, and with `restart` the rest of its blocks is lost. */
  IB_ERROR = -1,
  /* The same at one item or moment, in time order: what it wrote before stands. Called again with the
   * same blocks and `resume` set, it goes on behind it. So the result does not depend on blocks. */
  IB_ERROR_AT_ITEM = -2,
  IB_FATAL = -3, /* as IB_ERROR, and a reset would not help: with `restart` its stream ends too */
};

/* -- item types: what one item of a stream holds ------------------------------------------- */

typedef uint32_t ib_kind;
enum {
  IB_F32 = 1,
  IB_F64 = 2,
  IB_I32 = 3,
  IB_I64 = 4,
  IB_U8 = 5,
  IB_BOOL = 6,  /* uint8_t, 0 or 1 */
  IB_ENUM = 7,  /* uint8_t, index into labels */
  IB_MAYBE = 8, /* ib_maybe: a double that may be absent */
  IB_TEXT = 9,  /* char[count], zero-terminated UTF-8 */
};

/* A value that may be absent. Absent is never 0, never NaN and never an old value. */
typedef struct ib_maybe {
  double value;     /* 0 while absent, so that bytes are reproducible */
  uint64_t present; /* 0 or 1 */
} ib_maybe;

typedef struct ib_field {
  uint32_t struct_size;
  ib_kind kind;
  const char* name;  /* snake_case, with its unit where it has one: "rmssd_ms" */
  const char* unit;  /* "ms", "bpm", "1", "" */
  uint32_t offset;   /* bytes from the start of the item */
  uint32_t count;    /* IB_TEXT: capacity in bytes; else 1 */
  uint32_t n_labels; /* IB_ENUM */
  uint32_t reserved;
  const char* const* labels;
  const char* doc; /* one sentence */
} ib_field;

typedef struct ib_type {
  uint32_t struct_size;
  uint32_t item_size, item_align; /* bytes; a multiple of align; <= 1024 */
  uint32_t n_fields;
  const char* urn; /* "interbeat/beat/1" */
  const ib_field* fields;
  const char* doc;
} ib_type;

/* -- blocks: a run of consecutive items of one stream ---------------------------------------- */

/* "No such time": marks that are not there. */
#define IB_NEVER (INT64_MIN / 4)
#define IB_FOREVER (INT64_MAX / 4)

enum {
  IB_BLOCK_FINISHED = 1u << 0, /* the stream ends with this block */
  IB_BLOCK_FAILED = 1u << 1,   /* ... because a node on its way failed */
  IB_BLOCK_LOST = 1u << 2,     /* items were dropped in front of this block (see `lost`) */
  IB_BLOCK_RESTARTED =
      1u << 3, /* the node that sends it died and was started again in front of it */
};

/* What is known of one sample beside its value. A null `sample_flags` means all clear. */
enum {
  IB_SAMPLE_BRIDGED = 1u << 0, /* filled across a short gap; may reach no beat, interval or file */
  IB_SAMPLE_WARMING = 1u << 1, /* a filter is still settling after a start or gap */
};

/* Half-open [from, to) of session time in which nothing was measured, in front of item `at`
 * (at == n: behind the last item). In a regular block `at` is 0: the host cuts there.
 * One place holds one gap: what comes to it again widens it, whether in this block or, behind its
 * last item, in the next one. So neither cuts nor the number of gaps change what a reader meets. */
typedef struct ib_gap {
  int64_t from_ns, to_ns;
  uint32_t at, reserved;
} ib_gap;

/* Clock of one piece of a regular stream: t(i) = t_ns + ((i - index) * dt_q32 >> 32), in 128 bits.
 * Shared by all blocks of the piece, so that a cut never moves a sample. */
typedef struct ib_anchor {
  uint64_t index;
  int64_t t_ns;
  int64_t dt_q32; /* ns * 2^32; 0: irregular, a time per item in t_ns[] */
} ib_anchor;

typedef struct ib_block {
  uint32_t struct_size;
  uint32_t capacity; /* out: room in items, fixed at activate */
  uint32_t channels; /* regular: values per item, interleaved */
  uint32_t reserved;
  uint32_t flags;
  uint32_t n;      /* items; may be 0: a block can carry marks alone */
  uint32_t n_gaps; /* at most 1 in a regular block, capacity + 1 in any other */
  uint32_t reserved2;
  uint64_t lost;        /* items lost in front of this block, where known */
  int64_t seen_ns;      /* after this block: all that had arrived at this session time lies
                           before; IB_NEVER when the block carries no such mark */
  int64_t settled_ns;   /* after this block: nothing at or before this comes on this port */
  uint64_t first_index; /* regular: device index of item 0; lost samples are counted in it */
  ib_anchor anchor;
  int64_t uncertainty_ns;      /* of the clock, one standard deviation */
  const void* data;            /* n * channels values, or n items; aligned to 64 bytes */
  const int64_t* t_ns;         /* irregular: n times, strictly increasing */
  const uint8_t* sample_flags; /* regular: n bytes, or null */
  const ib_gap* gaps;          /* n_gaps, their `at` strictly rising */
} ib_block;

/* A setting that changes while the graph runs. It acts at the node's input time t_ns. */
typedef struct ib_event {
  int64_t t_ns;
  uint32_t param; /* index into the descriptor's params */
  uint32_t reserved;
  double number;
} ib_event;

typedef struct ib_process {
  uint32_t struct_size;
  uint32_t n_in, n_out, n_events;
  const ib_block* const* in; /* per input port: a block, or null: nothing on it in this call */
  ib_block* const* out;      /* per output port; null: nobody listens. Header preset by the host:
                                n 0, no gaps, settled_ns as before, seen_ns IB_NEVER */
  const ib_event* events;    /* sorted by t_ns */
  int64_t now_ns;            /* source: deliver what has arrived up to here; else settled time */
  int64_t wake_ns;           /* source, written by the node with IB_SLEEP: when to ask again */
  uint32_t resume;           /* 1: the same blocks again, after IB_ERROR_AT_ITEM and a reset */
  uint32_t failed_item; /* written with IB_ERROR_AT_ITEM: the first item of input 0's block that
                                was not met in full; n: all were */
  int64_t arrival_ns;   /* live source: when what it delivers arrived, on the host's monotonic
                                clock; preset to this moment. Others: not theirs to read */
  void* scratch; /* working memory of ib_activation.scratch_bytes, aligned to 64 bytes; its contents
                    are undefined when the call begins, and lost when it ends */
} ib_process;

/* -- descriptor: static data from which inspect, schema, docs and checks are generated --------- */

enum {
  IB_PORT_OUT = 1u << 0,
  IB_PORT_OPTIONAL = 1u << 1,
  IB_PORT_REGULAR = 1u << 2,     /* samples: a device index and a spacing */
  IB_PORT_ANY_TYPE = 1u << 3,    /* in: takes every stream (sinks) */
  IB_PORT_ANY_SAMPLES = 1u << 4, /* in: takes every regular float stream */
  IB_PORT_TYPE_AS_IN = 1u << 5,  /* out: same type, channels and unit as input 0 */
};

/* How detailed a stream is about a body, finest first (consent is given by grade). */
enum {
  IB_GRADE_AS_INPUT = 0,
  IB_GRADE_RAW,
  IB_GRADE_BEATS,
  IB_GRADE_METRICS,
  IB_GRADE_STATE,
  IB_GRADE_TREND
};

typedef struct ib_port {
  uint32_t struct_size;
  uint32_t flags;
  const char* name;
  const ib_type* type; /* null with ANY_TYPE and ANY_SAMPLES */
  const char* unit;
  const char* doc;
  uint32_t channels;  /* regular: values per item, 0: any */
  uint32_t grade;     /* out */
  double rate_min_hz; /* in, regular: slower streams are refused with both numbers; 0: any */
  /* Greatest output, from which slots are sized; exceeding it is the node's error:
   * n_out <= items_per_item * n_in + items_per_second * (settled advance) + items_per_call */
  double items_per_item, items_per_second;
  uint32_t items_per_call, reserved;
  /* Attributes travel with a stream. Comma-separated names, or null.
   * out: adds / clears; in: refuses (a graph that brings one is refused at load). */
  const char* adds;
  const char* clears;
  const char* refuses;
} ib_port;

typedef uint32_t ib_param_kind;
enum { IB_NUMBER = 1, IB_INTEGER = 2, IB_BOOLEAN = 3, IB_CHOICE = 4, IB_STRING = 5 };

enum {
  IB_PARAM_REQUIRED = 1u << 0,
  IB_PARAM_LIVE = 1u << 1,        /* may change while running, as an event */
  IB_PARAM_SOURCE = 1u << 2,      /* string: a source URI */
  IB_PARAM_OUTPUT_PATH = 1u << 3, /* string: a file that the node writes, below --out */
  IB_PARAM_OVERRIDE =
      1u << 4, /* boolean: when true, the `refuses` of this node's ports are lifted */
};

typedef struct ib_param {
  uint32_t struct_size;
  uint32_t flags;
  const char* name;
  ib_param_kind kind;
  uint32_t n_labels;
  const char* unit; /* "s", "Hz", "ms", "bpm", "1"; values in YAML are converted to it */
  double min, max, def;
  const char* def_text;      /* IB_STRING */
  const char* const* labels; /* IB_CHOICE; value = index */
  const char* doc;
} ib_param;

enum {
  IB_NODE_SOURCE = 1u << 0,
  IB_NODE_SINK = 1u << 1,
  IB_NODE_DETERMINISTIC = 1u << 2,
  IB_NODE_BLOCKING = 1u << 3,  /* touches disk or network: gets its own executor when live. Of sources it
                                  says nothing: what waits for a device runs on a thread of the node's */
  IB_NODE_BYPASS_OK = 1u << 4, /* in and out types match: on_error: bypass is allowed */
};

typedef struct ib_node_desc {
  uint32_t struct_size;
  uint32_t flags;
  const char* type;    /* "filter.bandpass" */
  const char* version; /* semantic version of the node */
  const char* summary; /* one sentence */
  const char* doc;     /* what it does, formula, source, limits, an example; may be "" */
  uint32_t n_ports, n_params;
  const ib_port* ports; /* inputs first, then outputs */
  const ib_param* params;
} ib_node_desc;

/* -- activation: what the plan knows of the edges -------------------------------------------- */

enum {
  IB_STREAM_ABSENT = 1u << 0,    /* out of a source: this recording has no such stream */
  IB_STREAM_CONNECTED = 1u << 1, /* in: an edge ends here; out: somebody listens */
  IB_STREAM_STEERED = 1u << 2,   /* regular: its clock is corrected while it runs, and each packet may bear another
                                    anchor; out: preset from the inputs */
};

typedef struct ib_stream {
  uint32_t struct_size;
  uint32_t flags;
  const ib_type* type;
  const char* unit;
  const char* name; /* "anna.beats.beats", for messages and column names */
  double rate_hz;   /* regular: true rate; irregular: 0 */
  uint32_t channels;
  uint32_t max_items; /* greatest n of a block (in: from the plan; out: preset from the port) */
  double items_per_second; /* greatest, irregular streams; regular: rate_hz */
  int64_t latency_ns;      /* in: of the whole path; out, written by the node: its own share:
                              the port is settled to (input - latency) */
  int64_t hold_ns;         /* in: how far this input may run ahead of the node's other inputs */
  const char* owners; /* whose bodies it tells of: participants, comma-separated; "": nobody's */
  uint32_t grade;     /* how detailed it is about them: IB_GRADE_RAW ... IB_GRADE_TREND */
  uint32_t reserved;
  double sampled_hz; /* irregular: rate of the samples these items were found in; 0: a device's own.
                        Out: preset from the first input that has one; the node may write another */
} ib_stream;

typedef struct ib_activation {
  uint32_t struct_size;
  uint32_t n_in, n_out, error_size;
  const ib_stream* const* in; /* per input port */
  ib_stream* const*
      out; /* per output port; preset from the descriptor; the node completes rate, latency, bounds */
  int64_t max_step_ns; /* greatest advance of settled time in one call */
  uint64_t seed;       /* of the graph; random streams are keyed by (seed, path, index) */
  const char* path;    /* node path in the graph: "anna.beats" */
  const char* out_dir; /* where relative output paths lie */
  char* error;         /* the node writes a sentence here when it returns IB_ERROR */
  uint32_t n_sources;  /* distinct sources above the node's inputs */
  uint32_t reserved;
  uint64_t scratch_bytes; /* preset 0, written by the node: working memory that it wants in every
                             call of process; nodes of one thread share it */
} ib_activation;

/* -- the node ------------------------------------------------------------------------------------ */

enum {
  IB_RESET_FRESH = 0, /* a seek, a new clock epoch: all that came before is void */
  IB_RESET_ERROR = 1, /* on_error: restart */
};

typedef struct ib_node {
  uint32_t struct_size;
  uint32_t reserved;
  const ib_node_desc* desc;
  void* self;
  /* [control & !active] `text` for IB_STRING, else `number` in the param's unit. */
  ib_status (*set_param)(struct ib_node*, uint32_t index, double number, const char* text);
  /* [control & !active] The only place that may allocate. Freezes bounds until deactivate. */
  ib_status (*activate)(struct ib_node*, ib_activation*);
  /* [exec & active] */
  ib_status (*process)(struct ib_node*, ib_process*);
  /* [exec & active] As fresh; IB_RESET_ERROR keeps what waits at the inputs for its time. */
  void (*reset)(struct ib_node*, uint32_t reason);
  /* [control & active] Flushes files; after it `process` is not called. */
  void (*deactivate)(struct ib_node*);
  /* [control & !active] */
  void (*destroy)(struct ib_node*);
  /* [any] null: not offered */
  const void* (*extension)(struct ib_node*, const char* id);
} ib_node;

/* -- extensions of a node -------------------------------------------------------------------------- */

#define IB_EXT_SOURCE "ib.source/1"
typedef struct ib_source_info {
  uint32_t struct_size;
  uint32_t live;        /* 1: paced by a device (or pretending to be) */
  int64_t utc_start_ns; /* of its own time 0, since 1970; IB_NEVER: unknown */
  int64_t duration_ns;  /* IB_FOREVER: unknown or endless */
  int64_t lead_in_ns;   /* live: this much runs at full speed first */
  int64_t start_ns; /* explicit offset of its time 0 on the session clock (?start=), or IB_NEVER */
  uint32_t start_utc; /* ?start=utc */
  uint32_t simulated; /* 1: no body behind it */
} ib_source_info;
typedef struct ib_source {
  uint32_t struct_size;
  /* [control & !active] Opens the file or device; `error` gets every problem found, one a line. With
   * IB_OK they are remarks: the run goes on, and its user is told. */
  ib_status (*open)(ib_node*, ib_source_info*, char* error, uint32_t error_size);
  /* [control & !active] Where the source's own time 0 lies on the session clock. */
  void (*place)(ib_node*, int64_t session_ns);
} ib_source;

#define IB_EXT_COUNTERS "ib.counters/1"
/* Things a node counts (late peaks, dropped items). [any] reads are allowed while it runs. */
typedef struct ib_counters {
  uint32_t struct_size;
  uint32_t n;
  const char* (*name)(ib_node*, uint32_t i);
  uint64_t (*value)(ib_node*, uint32_t i);
} ib_counters;

#define IB_EXT_ERROR "ib.error/1"
/* The sentence behind the last IB_ERROR of `process`. [exec] */
typedef struct ib_error_text {
  uint32_t struct_size;
  const char* (*text)(ib_node*);
} ib_error_text;

#define IB_EXT_STATE "ib.state/1"
/* What a node knows between two calls of process, as bytes: another instance of the same version, with the
 * same params and activation, goes on from them as if it had been there all the time. */
typedef struct ib_state {
  uint32_t struct_size;
  uint32_t reserved;
  /* [control & active] The most that `save` writes until deactivate. */
  uint64_t (*max_bytes)(ib_node*);
  /* [exec & active] The number of bytes written, at most `room`; 0: it could not. The same state is the
   * same bytes. */
  uint64_t (*save)(ib_node*, void* to, uint64_t room);
  /* [exec & active] False: these bytes say nothing to this node, which is as fresh then. */
  bool (*load)(ib_node*, const void* from, uint64_t n);
} ib_state;

#define IB_EXT_IN_PLACE "ib.in_place/1"
/* For nodes that make one float out of each, at the same index. Where nobody else reads its input, the host
 * may have such a node change its neighbour's block in place of a call of `process`: nothing is copied.
 * It may choose anew at every block; the results are the same bits. */
typedef struct ib_in_place {
  uint32_t struct_size;
  uint32_t reserved;
  /* [exec & active] The block is input and output at once: n >= 1 samples that follow the last ones, no
   * gap, no flag, no end. Changes values, and the times in the header where the node moves its time
   * base. False, with nothing touched: not now (it warms up, a param change waits); then `process` is called. */
  bool (*change)(ib_node*, ib_block*);
} ib_in_place;

#define IB_EXT_SECTIONS "ib.sections/1"
/* y = b0 x + s1; s1 = b1 x - a1 y + s2; s2 = b2 x - a2 y, in double, not fused: direct form II transposed. */
typedef struct ib_section {
  double b0, b1, b2, a1, a2;
  double s1, s2;
} ib_section;
/* For nodes with ib.in_place/1 and one channel whose values are second-order sections and nothing else: the
 * host may run those of neighbours in one loop, sample by sample, rounding to float between nodes. */
typedef struct ib_sections {
  uint32_t struct_size;
  uint32_t reserved;
  /* [control & active] `n` sections, 1 to 8, first to last, and a byte that the node keeps: not 0 while
   * `change` would say yes. Both stay where they are until deactivate. */
  ib_section* (*sections)(ib_node*, uint32_t* n, const uint8_t** ready);
  /* [exec & active] After the host ran them: the times in the header, as `change`. Null: they stay. */
  void (*move)(ib_node*, ib_block*);
} ib_sections;

#define IB_EXT_MARK "ib.mark/1"
/* For live sources that take marks from people: a key, a line, `interbeat mark`. The host hands it a mark between two
 * calls of `process`, and calls that at once. Such a source paces nothing: whether a run is live, where its session
 * starts and when it ends the graph's other sources say, if there are any. Offline it is asked once and ended. */
typedef struct ib_mark {
  uint32_t struct_size;
  uint32_t max_bytes; /* of a text */
  /* [exec & active] A line of UTF-8, 1 to max_bytes, without a zero behind it, that came in at session time t_ns.
   * The time that its item will have: t_ns, or just behind what is settled; IB_NEVER: it takes no more now. */
  int64_t (*mark)(ib_node*, const char* text, uint32_t bytes, int64_t t_ns);
} ib_mark;

#define IB_EXT_PACKETS "ib.packets/1"
enum {
  IB_PACKET_CONNECTED = 1u << 0,    /* no packet: from here on the device sends */
  IB_PACKET_DISCONNECTED = 1u << 1, /* no packet: nothing comes until it is connected again */
  IB_PACKET_EPOCH = 1u << 2,        /* its samples are counted anew, and no longer on the clock before */
  IB_PACKET_COUNTED = 1u << 3,      /* first_index rests on what the device counts; else on arrivals alone */
};
/* What a device sent, as it came, before anything was made of it. */
typedef struct ib_packet {
  uint32_t struct_size;
  uint32_t flags;
  uint32_t channel;     /* what it came from: ib_packets.channel */
  uint32_t n;           /* samples that it bears; 0: none, or it came twice or too late */
  uint64_t first_index; /* n > 0: device index of the first; lost ones are counted */
  int64_t arrival_ns;   /* session time; below 0: it came before the session began */
  int64_t device_ns;    /* when its last sample was taken, on the device's own clock; IB_NEVER: it does not say */
  uint32_t port;        /* n > 0: out port of the samples; of several with one clock the first */
  uint32_t n_bytes;     /* at most 4096 */
  const void* bytes; /* borrowed until the call returns */
} ib_packet;
/* For live sources of devices: a host that records asks for every packet beside the blocks, so that the device's
 * clock can be estimated anew from index, device time and arrival. Nothing else depends on them. */
typedef struct ib_packets {
  uint32_t struct_size;
  uint32_t most_bytes; /* of one packet */
  /* [control & active] Text that lasts, such as a characteristic's UUID; null: there are no more channels. */
  const char* (*channel)(ib_node*, uint32_t i);
  /* [control & active] From now on the node calls `packet` with `to` for every packet that it takes from its
   * device, in the order in which it takes them and inside `process` alone; until it is called with null. */
  void (*send_to)(ib_node*, void (*packet)(void* to, const ib_packet*), void* to);
} ib_packets;

/* -- the one exported symbol of a plugin --------------------------------------------------------------- */

typedef struct ib_host { /* one per node; lives longer than the node */
  uint32_t struct_size;
  uint32_t reserved;
  void* self;
  const void* (*extension)(const struct ib_host*, const char* id); /* [any] null: not offered */
} ib_host;

#define IB_EXT_LOG "ib.log/1"
enum { IB_LOG_DEBUG = 0, IB_LOG_INFO = 1, IB_LOG_WARNING = 2, IB_LOG_ERROR = 3 };
/* A line for people. [any], also on the data path: the text (at most 159 bytes; the rest is cut) is
 * copied into a fixed ring and printed by another thread, at most 10 lines per second and severity;
 * what does not fit or is too much is counted and said. Body data and device addresses only at DEBUG. */
typedef struct ib_log {
  uint32_t struct_size;
  void (*write)(const struct ib_host*, uint32_t severity, const char* text);
} ib_log;

#define IB_EXT_WAKE "ib.wake/1"
/* For live sources whose data comes from a thread of their own: `wake` says that there is something, and
 * the executor asks for it. [any]; lock-free, one system call at most, none if it is awake already. Many
 * calls before it asks are one. A source that only waits for this sleeps with wake_ns IB_FOREVER. */
typedef struct ib_wake {
  uint32_t struct_size;
  void (*wake)(const struct ib_host*);
} ib_wake;

#define IB_EXT_FD "ib.fd/1"
/* For live sources that read a descriptor: the run's I/O loop waits until it can be read (or has ended, or
 * failed), and then asks the source for what there is, as ib.wake/1 does; and again as long as something
 * is left in it. Called in activate(); until deactivate() the descriptor stays open and the node's. A source that
 * only waits for this sleeps with wake_ns IB_FOREVER. False: not a live run, not a source, or nothing that can
 * be waited for (a file on disk). [control] */
typedef struct ib_fd {
  uint32_t struct_size;
  bool (*watch)(const struct ib_host*, int fd);
} ib_fd;

#define IB_EXT_CLOCK "ib.clock/1"
/* The host's monotonic clock, for the arrival stamps of sources: CLOCK_BOOTTIME, which goes on while the
 * machine is suspended. Not for deterministic nodes. [any] */
typedef struct ib_clock {
  uint32_t struct_size;
  int64_t (*now_ns)(void);
} ib_clock;

#define IB_EXT_SESSION "ib.session/1"
/* Where session time 0 lies on the host's clock (ib.clock/1), for sources whose data bears arrival stamps of that
 * clock. IB_NEVER before a live run begins, and where time is virtual. Not for deterministic nodes. [any] */
typedef struct ib_session {
  uint32_t struct_size;
  int64_t (*zero_ns)(const struct ib_host*);
} ib_session;

typedef struct ib_node_factory { /* "ib.node-factory/1" */
  uint32_t struct_size;
  uint32_t n;
  const ib_node_desc* (*descriptor)(uint32_t i); /* [any] */
  ib_node* (*create)(const ib_host* host,
                     const char* type); /* [control] null: unknown or no memory */
} ib_node_factory;
#define IB_FACTORY_NODES "ib.node-factory/1"

typedef struct ib_entry {
  uint32_t struct_size;
  ib_version abi;
  bool (*init)(const char* path);         /* [control] once, before anything else */
  void (*deinit)(void);                   /* [control] once, last */
  const void* (*factory)(const char* id); /* [control] */
} ib_entry;

#if defined(__GNUC__)
#define IB_EXPORT __attribute__((visibility("default")))
#else
#define IB_EXPORT
#endif
/* extern IB_EXPORT const ib_entry interbeat_entry; */

#ifdef __cplusplus
}
#endif
#endif
