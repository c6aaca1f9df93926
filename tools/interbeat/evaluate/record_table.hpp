// RecordTable: each record's scores as words, for the terminal and for the page alike.
//
// Thread: any; pure.
#pragma once

#include "evaluate/summary.hpp"

#include <string>
#include <vector>

namespace ib::evaluate {

struct RecordTable {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>>
      rows;  ///< as many cells each as the head; "-" where a value is absent
};

/// Record by record against the reference; what could not be scored is not there.
RecordTable table_of_records(const Summary& summary);
/// Minute by minute, where nothing is known.
RecordTable table_of_minutes(const Summary& summary);

}  // namespace ib::evaluate
