#include "stream_bridge.hpp"

#include "attribute_names.hpp"
#include "graph_order.hpp"

#include <algorithm>
#include <utility>

namespace ib {
namespace {

constexpr std::size_t longest_chain = 5;
constexpr std::size_t most_steps = 4'000;
constexpr auto no_stream = static_cast<std::size_t>(-1);

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_word_part(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

/// As a whole: "ring.bcl" is not in "ring.bcl2"; a dot that ends a sentence parts words.
bool names(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool begins = at == 0 || !is_word_part(text[at - 1]);
    const bool ends = end >= text.size() || !is_word_part(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

/// "interbeat/ppg/1" -> "ppg".
std::string middle_of(std::string_view urn) {
  const auto from = urn.find('/');
  if (from == std::string_view::npos) return {};
  return std::string(urn.substr(from + 1, urn.find('/', from + 1) - from - 1));
}

bool is_output(const ib_port& port) { return (port.flags & IB_PORT_OUT) != 0; }
bool is_any_samples(const ib_port& port) {
  return !is_output(port) && (port.flags & IB_PORT_ANY_SAMPLES) != 0;
}

/// It works on streams and gives one: no source, no sink.
bool works(const ib_node_desc& desc) {
  if ((desc.flags & (IB_NODE_SOURCE | IB_NODE_SINK)) != 0 || count_outputs(desc) == 0) return false;
  bool reads = false;
  for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
    const auto& port = desc.ports[i];
    if (is_output(port) || (port.flags & IB_PORT_OPTIONAL) != 0) continue;
    if ((port.flags & IB_PORT_ANY_TYPE) != 0) return false;
    reads = true;
  }
  return reads;
}

bool keeps_type(const ib_node_desc& desc) {
  return (output_port(desc, 0).flags & IB_PORT_TYPE_AS_IN) != 0;
}

bool refuses(const ib_port& input, const std::vector<std::string>& attributes) {
  const auto refused = split_names(input.refuses);
  return std::any_of(attributes.begin(), attributes.end(),
                     [&](const auto& name) { return holds_name(refused, name); });
}

}  // namespace

std::vector<std::string> attributes_behind(const ib_port& output,
                                           std::vector<std::string> arriving) {
  const auto cleared = split_names(output.clears);
  std::erase_if(arriving, [&](const auto& name) { return holds_name(cleared, name); });
  for (auto& name : split_names(output.adds))
    if (!holds_name(arriving, name)) arriving.push_back(std::move(name));
  return arriving;
}

StreamBridge::StreamBridge(const Registry& registry) {
  std::vector<const ib_node_desc*>
      filters;  // they keep the type: of use only where a doc asks for one
  for (const auto* type : registry.nodes()) {
    const auto& desc = *type->desc;
    if (works(desc)) (keeps_type(desc) ? filters : types_).push_back(&desc);
    for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
      const auto& port = desc.ports[i];
      if (!is_output(port) || (port.flags & IB_PORT_REGULAR) == 0 || port.type == nullptr) continue;
      auto& words = words_[std::string(port.type->urn)];
      const auto doc = lower(text_or_empty(port.type->doc));
      words = {middle_of(port.type->urn), doc.substr(0, doc.find_first_of(",:;."))};
      std::erase(words, std::string());
    }
  }
  std::vector<const ib_node_desc*> asked_for;
  const auto all = types_;
  for (const auto* desc : all)
    for (std::uint32_t i = 0; i < desc->n_ports; ++i) {
      const auto& port = desc->ports[i];
      if (!is_any_samples(port)) continue;
      const auto doc = lower(text_or_empty(port.doc));
      for (const auto* filter : filters) {
        if (!names(doc, filter->type)) continue;
        asked_[&port].push_back(filter);
        if (std::find(types_.begin(), types_.end(), filter) == types_.end())
          types_.push_back(filter);
      }
    }
}

std::vector<std::string> StreamBridge::shortest(std::vector<StreamOffer> at_hand,
                                                const ib_port& to) {
  steps_left_ = most_steps;
  streams_ = std::move(at_hand);
  if (streams_.empty()) return {};
  streams_.front().derived = true;
  chain_.clear();
  for (std::size_t length = 1; length <= longest_chain && steps_left_ > 0; ++length)
    if (reach(length, to)) break;
  std::vector<std::string> found;
  for (const auto* desc : chain_) found.emplace_back(desc->type);
  return found;
}

bool StreamBridge::reach(std::size_t more, const ib_port& to) {
  if (steps_left_ == 0) return false;
  --steps_left_;
  // What was made last is nearest, but an input for what was measured wants the oldest: both are tried.
  for (const auto* desc : types_) {
    if (std::find(chain_.begin(), chain_.end(), desc) != chain_.end()) continue;
    for (const bool newest : {false, true}) {
      const auto before = streams_.size();
      if (!feed(*desc, newest)) continue;
      chain_.push_back(desc);
      const auto fresh = streams_.begin() + static_cast<std::ptrdiff_t>(before);
      const bool there = more == 1
                             ? std::any_of(fresh, streams_.end(),
                                           [&](const auto& s) { return s.derived && suits(s, to); })
                             : reach(more - 1, to);
      if (there) return true;
      chain_.pop_back();
      streams_.resize(before);
    }
  }
  return false;
}

bool StreamBridge::feed(const ib_node_desc& desc, bool newest) {
  std::vector<std::size_t> taken;
  std::vector<std::string> arriving;
  bool derived = false;
  for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
    const auto& port = desc.ports[i];
    if (is_output(port) || (port.flags & IB_PORT_OPTIONAL) != 0) continue;
    const auto place = find_stream(port, taken, newest);
    if (place == no_stream) return false;
    taken.push_back(place);
    derived = derived || streams_[place].derived;
    for (const auto& name : streams_[place].attributes)
      if (!holds_name(arriving, name)) arriving.push_back(name);
  }
  const auto first = streams_[taken.front()].kind;
  for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
    const auto& port = desc.ports[i];
    if (!is_output(port)) continue;
    const bool same = (port.flags & IB_PORT_TYPE_AS_IN) != 0;
    streams_.push_back(
        {same ? first : kind_of(port), &desc, attributes_behind(port, arriving), derived});
  }
  return true;
}

std::size_t StreamBridge::find_stream(const ib_port& input, const std::vector<std::size_t>& taken,
                                      bool newest) const {
  for (std::size_t k = 0; k < streams_.size(); ++k) {
    const auto i = newest ? streams_.size() - 1 - k : k;
    if (std::find(taken.begin(), taken.end(), i) == taken.end() && suits(streams_[i], input))
      return i;
  }
  return no_stream;
}

bool StreamBridge::suits(const StreamOffer& offer, const ib_port& input) const {
  if (!fits(offer.kind, input) || refuses(input, offer.attributes)) return false;
  if (!is_any_samples(input)) return true;
  if (const auto it = asked_.find(&input); it != asked_.end())
    return std::find(it->second.begin(), it->second.end(), offer.maker) != it->second.end();
  const auto doc = lower(text_or_empty(input.doc));
  const auto urn = std::string(urn_of(offer.kind.type));
  bool named = false, another = false;
  for (const auto& [kind, words] : words_)
    for (const auto& word : words)
      if (names(doc, word)) (kind == urn ? named : another) = true;
  return named || !another;
}

}  // namespace ib
