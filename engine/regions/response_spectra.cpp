#include "engine/regions/response_spectra.h"

#include <algorithm>
#include <cassert>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/fft.h"
#include "kernels/shared/math.h"

namespace dubplate::regions {

BlockTurns::BlockTurns(int points) : turns(2 * static_cast<std::size_t>(points)) {
    for (std::size_t j = 0; j < turns.size(); j += 2)
        kernels::sine_cosine_of_turns(static_cast<double>(j / 2) / (4.0 * points), turns[j + 1], turns[j]);
}

std::vector<device::Complex> BlockTurns::rounded() const {
    std::vector<device::Complex> made;
    for (std::size_t j = 0; j < turns.size(); j += 2)
        made.push_back({static_cast<float>(turns[j]), static_cast<float>(turns[j + 1])});
    return made;
}

std::size_t spectra_size(std::size_t frames, int points) {
    const auto size = static_cast<std::size_t>(points);
    return (frames + size - 1) / size * size;
}

void response_spectra(std::span<const float> response, const BlockTurns& turns, std::span<device::Complex> to) {
    const auto size = static_cast<std::size_t>(turns.points());
    assert(to.size() == spectra_size(response.size(), turns.points()));
    kernels::AlignedVector<double> from(2 * size), bins(2 * size);
    for (std::size_t first = 0; first < response.size(); first += size) {
        const std::span<const float> partition = response.subspan(first, std::min(size, response.size() - first));
        std::fill(from.begin(), from.end(), 0.0);
        for (std::size_t j = 0; j < partition.size(); ++j) {
            const double scaled = static_cast<double>(partition[j]) / turns.points();
            from[2 * j] = scaled * turns.turns[2 * j];
            from[2 * j + 1] = scaled * turns.turns[2 * j + 1];
        }
        kernels::precise_fft(turns.points(), from.data(), bins.data());
        for (std::size_t b = 0; b < size; ++b)
            to[first + b] = {static_cast<float>(bins[2 * b]), static_cast<float>(bins[2 * b + 1])};
    }
}

}  // namespace dubplate::regions
