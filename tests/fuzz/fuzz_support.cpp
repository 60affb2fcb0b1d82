#include "tests/fuzz/fuzz_support.h"

#include <sys/mman.h>
#include <unistd.h>

namespace dubplate::fuzz {

MemoryFile::MemoryFile() : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    promise(descriptor_ >= 0, "this system has files in memory");
    path_ = "/proc/self/fd/" + std::to_string(descriptor_);
}

MemoryFile::~MemoryFile() { ::close(descriptor_); }

void MemoryFile::hold(Bytes bytes) {
    const bool held = ::ftruncate(descriptor_, 0) == 0 &&
                      ::pwrite(descriptor_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size());
    promise(held, "the memory holds the input");
}

Choices::Choices(Bytes bytes) : state_(0xcbf29ce484222325) {
    for (const std::uint8_t byte : bytes) state_ = (state_ ^ byte) * 0x100000001b3;
}

// SplitMix64
std::uint64_t Choices::next() {
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
}

}  // namespace dubplate::fuzz
