#include "shared_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ib {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

SharedMemory::SharedMemory(std::size_t bytes) {
  fd_ = memfd_create("interbeat-node", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd_ < 0) fail("memfd_create");
  // It may grow, and not shrink under somebody's feet.
  if (ftruncate(fd_, static_cast<off_t>(bytes)) != 0) fail("ftruncate");
  if (fcntl(fd_, F_ADD_SEALS, F_SEAL_SHRINK) != 0) fail("fcntl");
  map(bytes);
}

SharedMemory SharedMemory::of(int fd) {
  SharedMemory memory;
  memory.fd_ = fd;
  memory.follow();
  return memory;
}

SharedMemory::~SharedMemory() {
  unmap();
  if (fd_ >= 0) close(fd_);
}

void SharedMemory::grow(std::size_t bytes) {
  if (bytes <= size_) return;
  if (ftruncate(fd_, static_cast<off_t>(bytes)) != 0) fail("ftruncate");
  unmap();
  map(bytes);
}

void SharedMemory::follow() {
  struct stat s {};
  if (fstat(fd_, &s) != 0) fail("fstat");
  unmap();
  map(static_cast<std::size_t>(s.st_size));
}

/// All pages at once: the data path meets no fault for the first time.
void SharedMemory::map(std::size_t bytes) {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, 0);
  if (at == MAP_FAILED) fail("mmap");
  data_ = static_cast<std::byte*>(at);
  size_ = bytes;
}

void SharedMemory::unmap() {
  if (data_ != nullptr) munmap(data_, size_);
  data_ = nullptr;
}

}  // namespace ib
