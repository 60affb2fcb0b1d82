#include "engine/regions/response_bank.h"

#include "engine/regions/response_spectra.h"

namespace dubplate::regions {

std::size_t ResponseBank::add(const std::vector<float>& taps, int points) {
    const auto [found, is_new] = known_.try_emplace(Key{taps, points}, responses_.size());
    if (is_new) responses_.push_back(&found->first);
    return found->second;
}

void ResponseBank::compute(
    const std::function<void(std::size_t count, const std::function<void(std::size_t)>& function)>& for_each) {
    spectra_.resize(responses_.size());
    for_each(responses_.size(),
             [&](std::size_t k) { spectra_[k] = response_spectra(responses_[k]->taps, responses_[k]->points); });
}

Result<void> ResponseBank::upload(RegionMemory& memory) {
    for (std::vector<device::Complex>& one : spectra_) {
        const auto placed = memory.upload(std::as_bytes(std::span(one)));
        if (!placed) return fail(placed.error());
        on_device_.push_back(reinterpret_cast<const device::Complex*>(*placed));
        one = {};
    }
    responses_ = {};
    known_ = {};
    return {};
}

Result<const device::Complex*> ResponseBank::turns(RegionMemory& memory, int points) {
    const device::Complex*& of_size = turns_[points];
    if (!of_size) {
        const std::vector<device::Complex> made = block_turns(points);
        const auto placed = memory.upload(std::as_bytes(std::span(made)));
        if (!placed) return fail(placed.error());
        of_size = reinterpret_cast<const device::Complex*>(*placed);
    }
    return of_size;
}

}  // namespace dubplate::regions
