#pragma once

/// What the fuzz targets share: promises that end the program when they are broken, bytes as a file, small choices.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

namespace dubplate::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// libFuzzer keeps the input of a program that aborts.
inline void promise(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

/// One file in memory whose content is replaced by every input. path() can be opened like any file.
class MemoryFile {
public:
    MemoryFile();
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    void hold(Bytes bytes);
    const std::string& path() const { return path_; }

private:
    int descriptor_ = -1;
    std::string path_;
};

/// Choices that follow from the input alone, so that an input shows the same fault every time.
class Choices {
public:
    explicit Choices(Bytes bytes);
    std::uint64_t next();
    /// 0 to count - 1.
    int below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }
    bool coin() { return below(2) == 0; }

private:
    std::uint64_t state_;
};

}  // namespace dubplate::fuzz
