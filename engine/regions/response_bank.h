#pragma once

/// The spectra of responses that stay, on the device: each once, however many strips have it.
///
/// add() all of them, compute(), upload(), and then ask. Threads: one at a time; what concerns memory, the device's.

#include <compare>
#include <cstddef>
#include <functional>
#include <map>
#include <vector>

#include "engine/regions/memory.h"
#include "engine/regions/resident_spectra.h"
#include "engine/regions/response_spectra.h"
#include "kernels/device/kernels.h"

namespace dubplate::regions {

class ResponseBank {
public:
    /// `kept`: spectra of earlier regions are taken from there, and these are left there. Null: they go with the region.
    explicit ResponseBank(ResidentSpectra* kept = nullptr) : kept_(kept) {}
    /// A response and the points of its partitions, by the number that it has from now on: equal ones have the same.
    std::size_t add(const std::vector<float>& taps, int points);
    /// In float64; `for_each` runs function(0) .. function(count - 1), at once if it can, and waits.
    void compute(
        const std::function<void(std::size_t count, const std::function<void(std::size_t)>& function)>& for_each);
    Result<void> upload(RegionMemory& memory);

    /// On the device, [partition][P].
    const device::Complex* spectra(std::size_t response) const { return on_device_[response]; }
    /// What blocks of P frames are turned by; of the bank, as long as that is.
    const BlockTurns& precise_turns(int points);
    /// The same on the device, [P].
    Result<const device::Complex*> turns(RegionMemory& memory, int points);
    /// kernels::overlap_window() on the device.
    Result<const float*> window(RegionMemory& memory, int points);

private:
    struct Key {
        std::vector<float> taps;
        int points = 0;
        auto operator<=>(const Key&) const = default;
    };
    Result<const device::Complex*> upload(RegionMemory& memory, const ResidentSpectra::Key& key,
                                          const std::vector<device::Complex>& numbers);

    ResidentSpectra* kept_;
    std::vector<ResidentSpectra::Held> held_;  // as long as the region lives
    std::map<Key, std::size_t> known_;
    std::vector<const Key*> responses_;                  // of known_
    std::vector<std::vector<device::Complex>> spectra_;  // until they are on the device
    std::vector<ResidentSpectra::Key> keys_;
    std::vector<const device::Complex*> on_device_;
    std::map<int, const BlockTurns> precise_turns_;  // by points
    std::map<int, const device::Complex*> turns_;
    std::map<int, const float*> windows_;
};

}  // namespace dubplate::regions
