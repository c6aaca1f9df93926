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
inline constexpr std::int64_t recording_version = 1;
inline constexpr unsigned most_recording_parts = 10000;

/// In the order in which they are made, as SQLite keeps their text: a file with anything else is refused.
inline constexpr std::array<std::string_view, 7> recording_tables{
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
};

/// From one version to the next.
struct RecordingMigration {
  std::int64_t from{};
  const char* sql{};  ///< leaves user_version at from + 1
};

/// Every version from 1 on has a step here; version 1 is the newest.
inline constexpr std::array<RecordingMigration, 0> recording_migrations{};

/// Takes a copy from version `from` to `to`, step by step; empty, or what is wrong.
std::string migrate_recording(sqlite::Database& copy, std::int64_t from, std::int64_t to,
                              std::span<const RecordingMigration> steps);

/// Of part 1: the name itself; of part 3 of "x.ibr": "x.3.ibr".
std::filesystem::path recording_part(const std::filesystem::path& first, unsigned part);
/// The other way: of which first part this may be a later one.
std::filesystem::path first_recording_part(const std::filesystem::path& file, unsigned part);

}  // namespace ib
