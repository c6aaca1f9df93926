#include "activation_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace ib {

using nlohmann::json;

namespace {

std::string text_of(const char* s) { return s != nullptr ? s : ""; }

json stream_json(const ib_stream& s) {
  return {{"flags", s.flags},
          {"type", s.type != nullptr ? describe(*s.type) : json()},
          {"unit", text_of(s.unit)},
          {"name", text_of(s.name)},
          {"rate_hz", s.rate_hz},
          {"channels", s.channels},
          {"max_items", s.max_items},
          {"items_per_second", s.items_per_second},
          {"latency_ns", s.latency_ns},
          {"hold_ns", s.hold_ns},
          {"owners", text_of(s.owners)},
          {"grade", s.grade},
          {"sampled_hz", s.sampled_hz}};
}

json streams_json(const ib_stream* const* streams, std::uint32_t n) {
  auto list = json::array();
  for (std::uint32_t i = 0; i < n; ++i) list.push_back(stream_json(*streams[i]));
  return list;
}

double sane(const json& j, double most, const char* what) {
  const double x = j.get<double>();
  if (!(x >= 0 && x <= most))
    throw BadDescriptor(fmt::format("the node gave {} as its {}", x, what));
  return x;
}

}  // namespace

json activation_json(const ib_activation& a) {
  return {{"in", streams_json(a.in, a.n_in)}, {"out", streams_json(a.out, a.n_out)},
          {"max_step_ns", a.max_step_ns},     {"seed", a.seed},
          {"path", text_of(a.path)},          {"out_dir", text_of(a.out_dir)},
          {"n_sources", a.n_sources}};
}

json outputs_json(const ib_activation& a) { return streams_json(a.out, a.n_out); }

void take_outputs(const json& outputs, ib_activation& a) {
  if (outputs.size() != a.n_out) throw BadDescriptor("the node has other outputs than it said");
  for (std::uint32_t k = 0; k < a.n_out; ++k) {
    const auto& j = outputs[k];
    auto& s = *a.out[k];
    s.rate_hz = sane(j.at("rate_hz"), 1e6, "rate in Hz");
    s.channels = static_cast<std::uint32_t>(sane(j.at("channels"), 1024, "number of channels"));
    s.max_items = static_cast<std::uint32_t>(
        sane(j.at("max_items"), 5e7, "greatest number of items in a block"));
    s.items_per_second = sane(j.at("items_per_second"), 1e9, "number of items per second");
    s.sampled_hz = sane(j.at("sampled_hz"), 1e6, "rate of the samples behind it in Hz");
    s.latency_ns = j.at("latency_ns");
    if (std::abs(static_cast<double>(s.latency_ns)) > 1e15)
      throw BadDescriptor("the node gave a latency beyond all bounds");
    // A unit and a type stay those of an input, or what the descriptor says: texts of another process
    // would not last.
    for (std::uint32_t i = 0; i < a.n_in; ++i) {
      if (j.at("unit") == text_of(a.in[i]->unit)) s.unit = a.in[i]->unit;
    }
  }
}

json shapes_json(const std::vector<BlockShape>& shapes) {
  auto list = json::array();
  for (const auto& s : shapes) list.push_back({s.capacity, s.item_bytes, s.regular, s.channels});
  return list;
}

std::vector<BlockShape> shapes_of(const json& shapes) {
  std::vector<BlockShape> list;
  for (const auto& s : shapes) list.push_back({s.at(0), s.at(1), s.at(2), s.at(3)});
  return list;
}

BlockShape shape_of(const ib_stream& s) {
  const auto channels = std::max(1U, s.channels);
  return {
      s.max_items,
      s.type != nullptr ? s.type->item_size : static_cast<std::uint32_t>(sizeof(float)) * channels,
      s.rate_hz > 0, channels};
}

OwnedActivation::OwnedActivation(const json& told)
    : in_(told.at("in").size()), out_(told.at("out").size()), error_(4096) {
  for (std::size_t i = 0; i < in_.size(); ++i) read(told.at("in")[i], in_[i]);
  for (std::size_t k = 0; k < out_.size(); ++k) read(told.at("out")[k], out_[k]);
  for (auto& s : in_) in_pointers_.push_back(&s);
  for (auto& s : out_) out_pointers_.push_back(&s);
  a_.struct_size = sizeof a_;
  a_.n_in = static_cast<std::uint32_t>(in_.size());
  a_.n_out = static_cast<std::uint32_t>(out_.size());
  a_.error_size = static_cast<std::uint32_t>(error_.size());
  a_.in = in_pointers_.data();
  a_.out = out_pointers_.data();
  a_.max_step_ns = told.at("max_step_ns");
  a_.seed = told.at("seed");
  a_.path = text(told.at("path"));
  a_.out_dir = text(told.at("out_dir"));
  a_.error = error_.data();
  a_.n_sources = told.at("n_sources");
}

const char* OwnedActivation::text(const json& j) {
  return texts_.emplace_back(std::make_unique<std::string>(j.get<std::string>()))->c_str();
}

void OwnedActivation::read(const json& j, ib_stream& s) {
  s.struct_size = sizeof s;
  s.flags = j.at("flags");
  if (!j.at("type").is_null()) {
    s.type = &types_.emplace_back(std::make_unique<ItemType>(j.at("type")))->type();
  }
  s.unit = text(j.at("unit"));
  s.name = text(j.at("name"));
  s.rate_hz = j.at("rate_hz");
  s.channels = j.at("channels");
  s.max_items = j.at("max_items");
  s.items_per_second = j.at("items_per_second");
  s.latency_ns = j.at("latency_ns");
  s.hold_ns = j.at("hold_ns");
  s.owners = text(j.at("owners"));
  s.grade = j.at("grade");
  s.sampled_hz = j.at("sampled_hz");
}

}  // namespace ib
