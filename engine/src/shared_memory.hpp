// SharedMemory: memory that two processes have in common, as a file that has no name.
// Thread: [control].
#pragma once

#include <cstddef>
#include <utility>

namespace ib {

class SharedMemory {
 public:
  SharedMemory() = default;
  /// Throws std::system_error, also below.
  explicit SharedMemory(std::size_t bytes);
  /// The other side: takes over the descriptor, maps all there is.
  static SharedMemory of(int fd);
  ~SharedMemory();
  SharedMemory(SharedMemory&& other) noexcept { swap(other); }
  SharedMemory& operator=(SharedMemory&& other) noexcept {
    swap(other);
    return *this;
  }

  int fd() const { return fd_; }
  std::byte* data() const { return data_; }
  std::size_t size() const { return size_; }
  /// Larger; what was there stays, at another address. Nobody else's mapping moves.
  void grow(std::size_t bytes);
  /// Maps what the other side has grown it to.
  void follow();

 private:
  void swap(SharedMemory& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }
  void map(std::size_t bytes);
  void unmap();

  int fd_{-1};
  std::byte* data_{};
  std::size_t size_{};
};

}  // namespace ib
