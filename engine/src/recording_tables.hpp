// The tables of a recording in a file, of each version of the format (docs/recording.md), and the names of its
// parts. Thread: any.
#pragma once

#include "sqlite.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace ib {

inline constexpr std::int64_t recording_application_id = 0x49425231;  // "IBR1"
inline constexpr std::int64_t recording_version = 2;
inline constexpr unsigned most_recording_parts = 10000;

/// In the order in which they are made, as SQLite keeps their text: a file with anything else is refused.
inline constexpr std::array<std::string_view, 8> recording_tables{
    "CREATE TABLE recording(id INTEGER PRIMARY KEY, session TEXT, part INTEGER, first_seq INTEGER, "
    "head TEXT, crc INTEGER)",
    "CREATE TABLE block(seq INTEGER PRIMARY KEY, source INTEGER, port INTEGER, first_index INTEGER, "
    "anchor_index INTEGER, anchor_t_ns INTEGER, anchor_dt_q32 INTEGER, arrival_ns INTEGER, "
    "settled_ns INTEGER, uncertainty_ns INTEGER, lost INTEGER, flags INTEGER, n INTEGER, "
    "items BLOB, times BLOB, sample_flags BLOB, gaps BLOB, crc INTEGER)",
    "CREATE TABLE entry(seq INTEGER PRIMARY KEY, kind INTEGER, source INTEGER, time_ns INTEGER, "
    "param INTEGER, number_bits INTEGER, lost_until_ns INTEGER, crc INTEGER)",
    "CREATE TABLE checkpoint(seq INTEGER PRIMARY KEY, outlet INTEGER, settled_ns INTEGER, "
    "items INTEGER, hash INTEGER, crc INTEGER)",
    "CREATE TABLE note(seq INTEGER PRIMARY KEY, session_ns INTEGER, kind TEXT, json TEXT, "
    "crc INTEGER)",
    "CREATE TABLE ending(seq INTEGER PRIMARY KEY, settled_ns INTEGER, lost_records INTEGER, "
    "crc INTEGER)",
    "CREATE TABLE continued(seq INTEGER PRIMARY KEY, crc INTEGER)",
    "CREATE TABLE packet(seq INTEGER PRIMARY KEY, source INTEGER, channel INTEGER, flags INTEGER, "
    "arrival_ns INTEGER, device_ns INTEGER, port INTEGER, first_index INTEGER, n INTEGER, "
    "lost INTEGER, bytes BLOB, crc INTEGER)",
};

/// From one version to the next.
struct RecordingMigration {
  std::int64_t from{};
  const char* sql{};  ///< leaves user_version at from + 1
};

/// Every version before the newest has its step here.
inline constexpr std::array<RecordingMigration, 1> recording_migrations{{
    {1,
     "CREATE TABLE packet(seq INTEGER PRIMARY KEY, source INTEGER, channel INTEGER, flags INTEGER, "
     "arrival_ns INTEGER, device_ns INTEGER, port INTEGER, first_index INTEGER, n INTEGER, "
     "lost INTEGER, bytes BLOB, crc INTEGER); PRAGMA user_version = 2"},
}};

/// Takes a copy from version `from` to `to`, step by step; empty, or what is wrong.
std::string migrate_recording(sqlite::Database& copy, std::int64_t from, std::int64_t to,
                              std::span<const RecordingMigration> steps);

/// Of part 1: the name itself; of part 3 of "x.ibr": "x.3.ibr".
std::filesystem::path recording_part(const std::filesystem::path& first, unsigned part);
/// The other way: of which first part this may be a later one.
std::filesystem::path first_recording_part(const std::filesystem::path& file, unsigned part);

}  // namespace ib
