#pragma once

/// Spectra of responses, kept in a device's memory from one render to the next.
///
/// Known by what the response holds. While someone holds them they stay; those that nobody holds go where something else
/// needs their memory. Threads: one at a time, but for find(); make_room() the device's.

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <span>

#include "engine/regions/device.h"

namespace dubplate::regions {

class ResidentSpectra {
public:
    explicit ResidentSpectra(Device& device) : device_(device) {}

    struct Key {
        std::array<std::uint8_t, 16> content{};  ///< XXH3-128 of the taps
        std::size_t taps = 0;                    ///< 0: the roots that blocks are turned by
        int points = 0;
        auto operator<=>(const Key&) const = default;
    };
    static Key key_of(std::span<const float> taps, int points);

    /// Where they are on the device, as long as this is held.
    using Held = std::shared_ptr<std::byte* const>;
    /// Null: there are none. Threads: any, while nothing else is asked.
    Held find(const Key& key) const;
    /// From now on the memory is this object's.
    Held keep(const Key& key, std::byte* memory);
    /// Gives memory back that nobody holds. False: there is none.
    bool make_room();

private:
    Device& device_;
    std::map<Key, std::shared_ptr<std::byte*>> kept_;
};

}  // namespace dubplate::regions
