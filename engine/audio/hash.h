#pragma once

/// SHA-256 and XXH3-128 of bytes as they come. Whole files: hash_file_sha256 and hash_file_xxh3 in source.h.

#include <array>
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

/// Most significant byte first, as it is written.
using Xxh3Digest = std::array<std::uint8_t, 16>;

class Xxh3 {
public:
    Xxh3();
    ~Xxh3();
    Xxh3(Xxh3&&) noexcept;
    void update(const void* bytes, std::size_t count);
    /// Of what was added so far.
    Xxh3Digest digest() const;
    /// The same, 32 hex digits.
    std::string finish() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string hex_digits(const std::uint8_t* bytes, std::size_t count);

}  // namespace dubplate::audio
