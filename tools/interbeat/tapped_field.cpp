#include "tapped_field.hpp"

#include "sink/row_text.hpp"

namespace ib::tool {

void write_tapped_field(std::string& out, const ib_field& field, const std::byte* item) {
  append_json_field(out, field, item);
}

}  // namespace ib::tool
