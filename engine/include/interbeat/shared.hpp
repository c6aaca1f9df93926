// Values that many hold and nobody changes: copies share one, so that ten thousand equal nodes keep
// their texts, marks and settings once.
//
// Thread: any; a value never changes once it is shared.
#pragma once

#include <compare>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace ib {

/// A shared value; by default an empty one.
template <class T>
class Shared {
 public:
  Shared() = default;
  Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}

  const T& operator*() const { return value_ ? *value_ : nothing(); }
  const T* operator->() const { return &**this; }
  operator const T&() const { return **this; }
  /// Whether both are one and the same, not only equal.
  bool is(const Shared& other) const { return value_ == other.value_; }

 private:
  static const T& nothing() {
    static const T none{};
    return none;
  }
  std::shared_ptr<const T> value_;
};

/// A shared text, such as the name of a file in all its marks.
class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string text) {
    if (!text.empty()) text_ = Shared<std::string>(std::move(text));
  }
  SharedText(std::string_view text) : SharedText(std::string(text)) {}
  SharedText(const char* text) : SharedText(std::string(text)) {}

  const std::string& str() const { return *text_; }
  operator const std::string&() const { return str(); }
  bool empty() const { return str().empty(); }

  friend bool operator==(const SharedText& a, const SharedText& b) {
    return &a.str() == &b.str() || a.str() == b.str();
  }
  friend std::strong_ordering operator<=>(const SharedText& a, const SharedText& b) {
    return &a.str() == &b.str() ? std::strong_ordering::equal : a.str() <=> b.str();
  }
  friend std::string operator+(const SharedText& a, const std::string& b) { return a.str() + b; }
  friend std::string operator+(std::string a, const SharedText& b) { return a + b.str(); }
  friend std::ostream& operator<<(std::ostream& out, const SharedText& text) {
    return out << text.str();
  }

 private:
  Shared<std::string> text_;
};

}  // namespace ib
