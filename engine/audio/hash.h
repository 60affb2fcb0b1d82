#pragma once

/// SHA-256 of bytes as they come. Whole files: hash_file_sha256 and hash_file_xxh3 in source.h.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace dubplate::audio {

class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    void update(const void* bytes, std::size_t count);
    /// 64 hex digits; nothing may be added afterwards.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string hex_digits(const std::uint8_t* bytes, std::size_t count);

}  // namespace dubplate::audio
