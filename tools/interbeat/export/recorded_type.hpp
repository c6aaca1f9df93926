// RecordedType: what an item of a recorded port holds, as the type that nodes and sinks know, so that a
// recording is written with the same columns and digits as a live stream. A port whose type this program does
// not know keeps the fields that its recording describes; a regular one is then numbered.
// Thread: any, once made.
#pragma once

#include <interbeat/recording.hpp>

#include <deque>
#include <string>
#include <vector>

namespace ib::tool {

class RecordedType {
 public:
  explicit RecordedType(const RecordedPort& port);
  RecordedType(const RecordedType&) = delete;
  RecordedType& operator=(const RecordedType&) = delete;

  const ib_type& type() const { return type_; }
  const std::vector<ib_field>& fields() const { return fields_; }

 private:
  const char* kept(std::string text);
  void add(const std::string& name, const std::string& unit, const RecordedField& field);

  std::deque<std::string> texts_;
  std::deque<std::vector<const char*>> labels_;
  std::vector<ib_field> fields_;
  ib_type type_{};
};

}  // namespace ib::tool
